#include "plugins/kafka/partitioner.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace connector_host_plugins::kafka {

Partitioner::Partitioner(const PartitionerRules& rules)
    : rules_(rules), function_(function_called(rules.function)) {}

Partitioner::Function Partitioner::function_called(const std::string& name) {
  static constexpr std::pair<std::string_view, Function> functions[] = {
      {"murmur2", rd_kafka_msg_partitioner_murmur2},
      {"consistent_random", rd_kafka_msg_partitioner_consistent_random},
      {"consistent", rd_kafka_msg_partitioner_consistent},
      {"fnv1a_random", rd_kafka_msg_partitioner_fnv1a_random},
      {"fnv1a", rd_kafka_msg_partitioner_fnv1a}};
  for (const auto& [each, function] : functions)
    if (each == name) return function;
  return rd_kafka_msg_partitioner_murmur2_random;
}

std::int32_t Partitioner::choose(const rd_kafka_topic_t* topic, const void* key, std::size_t size,
                                 std::int32_t count, void* partitioner, void* opaque) noexcept {
  auto& self = *static_cast<Partitioner*>(partitioner);
  auto& report = *static_cast<Report*>(opaque);
  const bool by_function = key || !self.rules_.spreads_keyless;
  const std::int32_t partition = by_function
                                     ? self.function_(topic, key, size, count, nullptr, nullptr)
                                     : self.keyless(topic, count);
  report.partition = partition;
  report.leaderless = self.refuses(topic, partition, report);
  return report.leaderless ? count : partition;
}

// A partition that is refused once in a write stays refused in it: the next record of the same key
// must not overtake.
bool Partitioner::refuses(const rd_kafka_topic_t* topic, std::int32_t partition,
                          Report& report) const {
  if (report.refused && !report.refused->empty() && report.refused->contains({topic, partition}))
    return true;
  if (rules_.leaderless.empty() ||
      !rules_.leaderless.contains(rd_kafka_topic_name(topic), partition))
    return false;
  if (rd_kafka_topic_partition_available(topic, partition)) {
    rules_.leaderless.remove(rd_kafka_topic_name(topic), partition);
    return false;
  }
  if (report.refused) report.refused->emplace(topic, partition);
  return true;
}

// With none available any will do, and one for the portion: a new client does not know at once
// which are.
std::int32_t Partitioner::keyless(const rd_kafka_topic_t* topic, std::int32_t count) {
  const auto usable = [&](std::int32_t partition) {
    return partition < count && rd_kafka_topic_partition_available(topic, partition) != 0;
  };
  std::lock_guard lock(mutex_);
  const std::uint64_t portion = rules_.portion.load(std::memory_order_relaxed);
  const bool chosen = std::exchange(portion_, portion) == portion && current_ >= 0;
  if (chosen && usable(current_)) return current_;
  for (std::int32_t draws = 0; draws < 2 * count; ++draws) {
    const std::int32_t drawn = draw(count);
    if (usable(drawn)) return current_ = drawn;
  }
  if (!chosen || current_ >= count) current_ = draw(count);
  return current_;
}

std::int32_t Partitioner::draw(std::int32_t count) {
  if (next_ == drawn_.size() || drawn_.size() != std::size_t(count)) {
    drawn_.resize(std::size_t(count));
    std::iota(drawn_.begin(), drawn_.end(), 0);
    std::shuffle(drawn_.begin(), drawn_.end(), random_);
    next_ = 0;
  }
  return drawn_[next_++];
}

}  // namespace connector_host_plugins::kafka
