#include "plugins/kafka/leaderless_partitions.hpp"

namespace connector_host_plugins::kafka {
namespace {

constexpr std::chrono::seconds lifetime{30};

}  // namespace

bool LeaderlessPartitions::contains(std::string_view topic, std::int32_t partition) {
  std::lock_guard lock(mutex_);
  const auto found = seen_.find(topic);
  if (found == seen_.end()) return false;
  const auto entry = found->second.find(partition);
  if (entry == found->second.end()) return false;
  if (Clock::now() - entry->second < lifetime) return true;
  found->second.erase(entry);
  --entries_;
  return false;
}

void LeaderlessPartitions::add(std::string_view topic, std::int32_t partition) {
  std::lock_guard lock(mutex_);
  if (seen_[std::string(topic)].insert_or_assign(partition, Clock::now()).second) ++entries_;
}

void LeaderlessPartitions::remove(std::string_view topic, std::int32_t partition) {
  std::lock_guard lock(mutex_);
  const auto found = seen_.find(topic);
  if (found != seen_.end()) entries_ -= found->second.erase(partition);
}

}  // namespace connector_host_plugins::kafka
