#pragma once
// SourceOffsets: what a source reports as its offsets, in Kafka Connect's form: one partition, the
// queue.
//
// stream_offset is the only member that can be set; the others are there to look at. A plain value.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector_host_plugins::rabbitmq {

struct SourceOffsets {
  std::string json(std::string_view queue) const;

  std::uint64_t acknowledged = 0, in_flight = 0;
  std::optional<std::chrono::system_clock::time_point> last_ack;
  std::optional<std::uint64_t> stream_offset;  // of the first record that is not settled
};

// The stream_offset of offsets that are to be set:
// [{"partition":{"queue":"Q"},"offset":{"stream_offset":N}}]. Nothing: it is to be forgotten (an
// empty text, or an offset of null). Throws BAD_CONFIG.
std::optional<std::uint64_t> stream_offset_in(std::string_view json, std::string_view queue);

}  // namespace connector_host_plugins::rabbitmq
