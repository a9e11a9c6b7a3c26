// TopicAdmin: makes, removes and measures Kafka topics. Its calls wait until the broker has done
// it, or throw. Threads: one. Owner: the command that opened it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>
#include <string>

namespace event_tool {

struct DestroyKafka {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using KafkaClient = std::unique_ptr<rd_kafka_t, DestroyKafka>;

class TopicAdmin {
 public:
  explicit TopicAdmin(const std::string& brokers);

  void create(const std::string& topic, int partitions);
  void remove(const std::string& topic);  // a topic that is not there is removed already
  int partitions(const std::string& topic) const;
  void allow_writing(const std::string& topic,
                     const std::string& user);  // WRITE on this topic, and nothing else
  std::uint64_t records(
      const std::string& topic) const;  // over all partitions; 0 when there is no such topic

 private:
  KafkaClient client_;
};

// The number of partitions, 0 when there is no such topic.
int partition_count(rd_kafka_t* client, const std::string& topic);

}  // namespace event_tool
