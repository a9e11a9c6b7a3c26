#include "plugins/kafka/message.hpp"

#include <bit>
#include <connector/view.hpp>

namespace connector_host_plugins::kafka {
namespace {

// librdkafka's RD_KAFKAP_MESSAGE_V2_MAX_OVERHEAD (36) and two varints for each header. A little
// more, as versions differ.
constexpr std::size_t longest_message_fields = 50, longest_header_fields = 20;
// Of a record batch before its records, and of a record the attributes and the differences of time
// and offset, which are 0.
constexpr std::size_t batch_fields = 61, record_fields = 3;

// Of a length as a zigzag varint, 7 bits a byte.
std::size_t varint_size(std::size_t length) {
  return (std::size_t(std::bit_width(length << 1 | 1)) + 6) / 7;
}

std::size_t field_size(connector_view view) {
  return varint_size(view.size) + view.size;
}

}  // namespace

std::size_t Message::size() const {
  std::size_t out = longest_message_fields + key.size + value.size;
  for (const connector_header& header : headers)
    out += longest_header_fields + header.name.size + header.value.size;
  return out;
}

std::size_t Message::batch_size() const {
  std::size_t record =
      record_fields + field_size(key) + field_size(value) + varint_size(headers.size());
  for (const connector_header& header : headers)
    record += field_size(header.name) + field_size(header.value);
  return batch_fields + varint_size(record) + record;
}

}  // namespace connector_host_plugins::kafka
