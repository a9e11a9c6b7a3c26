#include <librdkafka/rdkafka.h>

#include <array>
#include <stdexcept>

#include "tests/bench/bare_clients.hpp"
#include "tests/integration/event_tool/topic_admin.hpp"

namespace bench {
namespace {

void set(rd_kafka_conf_t* config, const char* key, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(config, key, value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK)
    throw std::runtime_error(std::string("Kafka: ") + error.data());
}

event_tool::KafkaClient open(const ProducerSettings& settings) {
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  set(config, "bootstrap.servers", settings.brokers);
  set(config, "enable.idempotence", "true");
  set(config, "acks", "all");
  set(config, "linger.ms", settings.linger_ms);
  rd_kafka_conf_set_events(config, RD_KAFKA_EVENT_DR);
  std::array<char, 512> error{};
  event_tool::KafkaClient client(rd_kafka_new(RD_KAFKA_PRODUCER, config, error.data(), error.size()));
  if (!client) throw std::runtime_error(std::string("Kafka: ") + error.data());
  return client;
}

// How many delivery reports came within the time; a failed one ends the run.
std::uint64_t take_reports(rd_kafka_queue_t* reports, int within_ms) {
  rd_kafka_event_t* event = rd_kafka_queue_poll(reports, within_ms);
  if (event == nullptr) return 0;
  std::uint64_t count = 0;
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(std::string("Kafka: ") + rd_kafka_err2str(message->err));
    ++count;
  }
  rd_kafka_event_destroy(event);
  return count;
}

}  // namespace

Measured produce(const ProducerSettings& settings) {
  const event_tool::KafkaClient client = open(settings);
  rd_kafka_queue_t* reports = rd_kafka_queue_get_main(client.get());
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client.get(), settings.topic.c_str(), nullptr);
  if (event_tool::partition_count(client.get(), settings.topic) == 0) throw std::runtime_error("Kafka: no topic " + settings.topic);
  const std::string body(settings.size, 'x');
  const Stopwatch watch;
  std::uint64_t confirmed = 0;
  for (std::uint64_t sent = 0; sent < settings.count;) {
    const std::string key = "ev-" + std::to_string(sent);
    const auto error = rd_kafka_producev(client.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_VALUE(const_cast<char*>(body.data()), body.size()),
                                         RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) ++sent;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR__QUEUE_FULL)
      throw std::runtime_error(std::string("Kafka: ") + rd_kafka_err2str(error));
    confirmed += take_reports(reports, error == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 100 : 0);
  }
  while (confirmed < settings.count) confirmed += take_reports(reports, 100);
  const Measured result = measured(settings.count, watch);
  rd_kafka_topic_destroy(topic);
  rd_kafka_queue_destroy(reports);
  return result;
}

}  // namespace bench
