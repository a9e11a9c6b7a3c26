// An idempotent producer that reports by events, as the kafka plugin has it. Throws
// std::runtime_error. Threads: one.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <string>

#include "tests/integration/event_tool/topic_admin.hpp"

namespace bench {

event_tool::KafkaClient open_producer(const std::string& brokers, const std::string& linger_ms);
// How many records were confirmed within the time; one that failed throws.
std::uint64_t take_reports(rd_kafka_queue_t* reports, int within_ms);

}  // namespace bench
