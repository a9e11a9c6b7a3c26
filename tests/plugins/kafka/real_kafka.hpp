#pragma once
// A topic on the real broker that CONNECTOR_TEST_KAFKA names: made with its own configuration, read
// back, deleted.
//
// One thread.
#include <librdkafka/rdkafka.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/plugins/kafka/topic_reader.hpp"

namespace kafka_test {

inline const char* real_brokers() {
  return std::getenv("CONNECTOR_TEST_KAFKA");
}

class TestTopic {
 public:
  // partitions 0: only the name, nothing is made.
  explicit TestTopic(int partitions = 3, const std::map<std::string, std::string>& config = {});
  ~TestTopic();
  TestTopic(const TestTopic&) = delete;
  TestTopic& operator=(const TestTopic&) = delete;

  const std::string& name() const { return name_; }
  bool exists() const { return partition_count() > 0; }
  int partition_count() const { return reader_.partition_count(); }
  std::vector<ReadMessage> read_all() const { return reader_.read_all(); }
  std::vector<std::string> values() const { return reader_.values(); }

 private:
  std::string name_ = unique_name("topic");
  TopicReader reader_{real_brokers(), name_};
  rd_kafka_queue_t* queue_;
};

}  // namespace kafka_test
