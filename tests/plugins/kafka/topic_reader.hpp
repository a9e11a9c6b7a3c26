#pragma once
// TopicReader: reads back what is in a topic of a real broker or a mock cluster, with a librdkafka
// client of its own.
//
// Lives no longer than the cluster. One thread.
#include <librdkafka/rdkafka.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/plugins/kafka/sink_under_test.hpp"

namespace kafka_test {

struct ReadMessage {
  Bytes key, value;
  std::vector<std::pair<std::string, Bytes>> headers;
  std::int64_t timestamp_ms = 0;
  std::int32_t partition = 0;
};

class TopicReader {
 public:
  TopicReader(const std::string& brokers, std::string name);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  rd_kafka_t* client() const { return client_; }
  int partition_count() const;
  // All that is in it, in order per partition.
  std::vector<ReadMessage> read_all() const;
  std::vector<std::string> values() const;

 private:
  const std::string brokers_, name_;
  rd_kafka_t* client_;  // a producer that produces nothing: it asks and administers
};

}  // namespace kafka_test
