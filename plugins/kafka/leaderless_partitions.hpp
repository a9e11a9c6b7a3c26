#pragma once
// LeaderlessPartitions: partitions that had no leader when a write last waited for one.
//
// A hint, and not the cluster's state: librdkafka's own metadata decides when a partition is used
// again, and an entry is forgotten after 30 s. Thread-safe. Owned by KafkaSink, for all its
// producers.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace connector_host_plugins::kafka {

class LeaderlessPartitions {
 public:
  // Cheap: one atomic load.
  bool empty() const { return entries_.load(std::memory_order_relaxed) == 0; }
  bool contains(std::string_view topic, std::int32_t partition);
  void add(std::string_view topic, std::int32_t partition);
  void remove(std::string_view topic, std::int32_t partition);

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;  // guards seen_
  std::map<std::string, std::map<std::int32_t, Clock::time_point>, std::less<>> seen_;
  std::atomic<std::size_t> entries_ = 0;
};

}  // namespace connector_host_plugins::kafka
