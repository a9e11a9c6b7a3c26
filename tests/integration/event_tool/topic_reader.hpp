// TopicReader: every record of a topic from its first one, in the order of each partition. It joins
// no group and commits nothing, so it disturbs nobody. A topic that does not exist yet is empty
// until it does. Threads: one. Owner: the verifier.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/integration/event_tool/topic_admin.hpp"

namespace event_tool {

class TopicReader {
 public:
  using Take = std::function<void(const rd_kafka_message_t&)>;

  TopicReader(const std::string& brokers, std::string topic);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  // Reads for about that long.
  void read(std::chrono::milliseconds within, const Take& take);
  // Reads up to what the topic holds now.
  void read_to_end(const Take& take);

 private:
  bool assign();
  bool behind() const;

  std::string topic_;
  KafkaClient client_;
  std::vector<std::int64_t>
      next_;  // the offset to come, by partition; empty until the topic exists
};

}  // namespace event_tool
