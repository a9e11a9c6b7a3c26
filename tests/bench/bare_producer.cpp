#include <stdexcept>

#include "tests/bench/bare_clients.hpp"
#include "tests/bench/kafka_producer.hpp"

namespace bench {

Measured produce(const ProducerSettings& settings) {
  const event_tool::KafkaClient client = open_producer(settings.brokers, settings.linger_ms);
  rd_kafka_queue_t* reports = rd_kafka_queue_get_main(client.get());
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client.get(), settings.topic.c_str(), nullptr);
  if (event_tool::partition_count(client.get(), settings.topic) == 0)
    throw std::runtime_error("Kafka: no topic " + settings.topic);
  const std::string body(settings.size, 'x');
  const Stopwatch watch;
  std::uint64_t confirmed = 0;
  for (std::uint64_t sent = 0; sent < settings.count;) {
    const std::string key = "ev-" + std::to_string(sent);
    const auto error =
        rd_kafka_producev(client.get(), RD_KAFKA_V_RKT(topic),
                          RD_KAFKA_V_VALUE(const_cast<char*>(body.data()), body.size()),
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
