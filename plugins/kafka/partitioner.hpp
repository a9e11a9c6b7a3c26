#pragma once
// Partitioner: chooses the partitions of one topic's messages, for one producer.
//
// Messages with a key go where the function of the property `partitioner` puts them. Those without
// one go to one partition for each portion of a write, so that they make one request, and to each
// partition once before any twice. Partitions without a leader are left out; a message with a key
// whose partition is known to have none is refused. A callback of librdkafka, on the thread that
// produces or the client's own. Owned by Producer; outlives its client.
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "plugins/kafka/leaderless_partitions.hpp"
#include "plugins/kafka/report.hpp"

namespace connector_host_plugins::kafka {

// What all partitioners of a producer share.
struct PartitionerRules {
  LeaderlessPartitions& leaderless;
  std::string function;         // the property `partitioner`
  bool spreads_keyless = true;  // else messages without a key go by the function, too
  std::atomic<std::uint64_t> portion{
      0};  // its number; each chooses another partition for messages without a key
};

class Partitioner {
 public:
  explicit Partitioner(const PartitionerRules& rules);

  // For rd_kafka_topic_conf_set_partitioner_cb. The opaques are the Partitioner and the message's
  // Report. `count`, which is no partition, refuses the message.
  static std::int32_t choose(const rd_kafka_topic_t*, const void* key, std::size_t size,
                             std::int32_t count, void* partitioner, void* report) noexcept;

 private:
  using Function = std::int32_t (*)(const rd_kafka_topic_t*, const void*, std::size_t, std::int32_t,
                                    void*, void*);
  static Function function_called(const std::string& name);

  bool refuses(const rd_kafka_topic_t*, std::int32_t partition, Report&) const;
  std::int32_t keyless(const rd_kafka_topic_t*, std::int32_t count);
  std::int32_t draw(std::int32_t count);

  const PartitionerRules& rules_;
  const Function function_;
  std::mutex mutex_;  // guards all below
  std::minstd_rand random_{std::random_device()()};
  std::vector<std::int32_t> drawn_;  // all partitions, shuffled
  std::size_t next_ = 0;
  std::uint64_t portion_ = 0;
  std::int32_t current_ = -1;
};

}  // namespace connector_host_plugins::kafka
