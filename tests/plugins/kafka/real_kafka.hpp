#pragma once
// A topic on the real broker that CONNECTOR_TEST_KAFKA names: made with its own configuration, read back, deleted.
//
// Speaks to the broker with a librdkafka client of its own. One thread.
#include <librdkafka/rdkafka.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/plugins/kafka/sink_under_test.hpp"

namespace kafka_test {

inline const char* real_brokers() {
  return std::getenv("CONNECTOR_TEST_KAFKA");
}

struct ReadMessage {
  Bytes key, value;
  std::vector<std::pair<std::string, Bytes>> headers;
  std::int64_t timestamp_ms = 0;
  std::int32_t partition = 0;
};

class TestTopic {
 public:
  // partitions 0: only the name, nothing is made.
  explicit TestTopic(int partitions = 3, const std::map<std::string, std::string>& config = {});
  ~TestTopic();
  TestTopic(const TestTopic&) = delete;
  TestTopic& operator=(const TestTopic&) = delete;

  const std::string& name() const { return name_; }
  bool exists() const { return partition_count() > 0; }
  int partition_count() const;
  // All that is in it, in order per partition.
  std::vector<ReadMessage> read_all() const;
  std::vector<std::string> values() const;

 private:
  std::string name_ = unique_name("topic");
  rd_kafka_t* client_;
  rd_kafka_queue_t* queue_;
};

}  // namespace kafka_test
