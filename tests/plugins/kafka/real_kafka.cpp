#include "tests/plugins/kafka/real_kafka.hpp"

namespace kafka_test {
namespace {

constexpr int admin_patience_ms = 15000;

}  // namespace

TestTopic::TestTopic(int partitions, const std::map<std::string, std::string>& config)
    : queue_(rd_kafka_queue_new(reader_.client())) {
  if (partitions == 0) return;
  char reason[256];
  rd_kafka_NewTopic_t* topic =
      rd_kafka_NewTopic_new(name_.c_str(), partitions, 1, reason, sizeof reason);
  for (const auto& [key, value] : config)
    rd_kafka_NewTopic_set_config(topic, key.c_str(), value.c_str());
  rd_kafka_CreateTopics(reader_.client(), &topic, 1, nullptr, queue_);
  rd_kafka_event_destroy(rd_kafka_queue_poll(queue_, admin_patience_ms));
  rd_kafka_NewTopic_destroy(topic);
  const Stopwatch watch;
  while (partition_count() != partitions)
    if (watch.elapsed().count() > admin_patience_ms)
      throw std::runtime_error("topic " + name_ + " could not be made");
}

TestTopic::~TestTopic() {
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name_.c_str());
  rd_kafka_DeleteTopics(reader_.client(), &topic, 1, nullptr, queue_);
  if (rd_kafka_event_t* event = rd_kafka_queue_poll(queue_, admin_patience_ms))
    rd_kafka_event_destroy(event);
  rd_kafka_DeleteTopic_destroy(topic);
  rd_kafka_queue_destroy(queue_);
}

}  // namespace kafka_test
