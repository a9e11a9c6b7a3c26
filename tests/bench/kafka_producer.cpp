#include "tests/bench/kafka_producer.hpp"

#include <array>
#include <stdexcept>

namespace bench {
namespace {

void set(rd_kafka_conf_t* config, const char* key, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(config, key, value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK)
    throw std::runtime_error(std::string("Kafka: ") + error.data());
}

}  // namespace

event_tool::KafkaClient open_producer(const std::string& brokers, const std::string& linger_ms) {
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  set(config, "bootstrap.servers", brokers);
  set(config, "enable.idempotence", "true");
  set(config, "acks", "all");
  set(config, "linger.ms", linger_ms);
  set(config, "partitioner", "murmur2_random");
  rd_kafka_conf_set_events(config, RD_KAFKA_EVENT_DR);
  std::array<char, 512> error{};
  event_tool::KafkaClient client(
      rd_kafka_new(RD_KAFKA_PRODUCER, config, error.data(), error.size()));
  if (!client) throw std::runtime_error(std::string("Kafka: ") + error.data());
  return client;
}

std::uint64_t take_reports(rd_kafka_queue_t* reports, int within_ms) {
  rd_kafka_event_t* event = rd_kafka_queue_poll(reports, within_ms);
  if (event == nullptr) return 0;
  std::uint64_t count = 0;
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      throw std::runtime_error(std::string("Kafka: ") + rd_kafka_err2str(message->err));
    ++count;
  }
  rd_kafka_event_destroy(event);
  return count;
}

}  // namespace bench
