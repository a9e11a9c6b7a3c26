#pragma once
// StreamStart: the option stream_offset: where a stream is read from while no offset of it is
// stored.
//
// It knows nothing of stored offsets: StreamProgress decides which of the two holds. A plain value.
#include <cstdint>
#include <string>

#include "plugins/rabbitmq/argument_table.hpp"

namespace connector_host_plugins::rabbitmq {

class StreamStart {
 public:
  // first, last, next, a number, or a time of RFC 3339 such as 2026-11-23T12:00:00Z. Throws
  // BAD_CONFIG.
  static StreamStart parse(const std::string& text);

  // Adds x-stream-offset. It has to outlive the table.
  void add_to(ArgumentTable& arguments) const;

 private:
  bool is_time_ = false;
  std::uint64_t seconds_ = 0;   // since the Unix epoch, of a time
  std::string text_ = "first";  // of anything else
};

}  // namespace connector_host_plugins::rabbitmq
