#include "tests/integration/event_tool/record_headers.hpp"

namespace event_tool {

RecordHeaders headers_of(const rd_kafka_message_t& message) {
  RecordHeaders out;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    out.emplace_back(name, std::nullopt);
    if (value) out.back().second.emplace(static_cast<const char*>(value), size);
  }
  return out;
}

}  // namespace event_tool
