// The headers of a record in Kafka, in their order. A header without content is null, which is not
// an empty one.
#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace event_tool {

using RecordHeaders = std::vector<std::pair<std::string, std::optional<std::string>>>;

RecordHeaders headers_of(const rd_kafka_message_t& message);

}  // namespace event_tool
