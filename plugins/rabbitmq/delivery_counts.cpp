#include "plugins/rabbitmq/delivery_counts.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "connector/view.hpp"

namespace connector_host_plugins::rabbitmq {
DeliveryCounts::DeliveryCounts(const SourceSettings& settings) {
  queue_type(declared_type(settings));
}

void DeliveryCounts::queue_type(QueueType type) {
  if (type != QueueType::unknown)
    origin_ = type == QueueType::quorum ? Origin::queue : Origin::none;
}

std::uint32_t DeliveryCounts::read(const connector_record& record, std::uint32_t header) {
  if (header == 0 || origin_ == Origin::none) return 0;
  const bool redelivered = (record.flags & CONNECTOR_REDELIVERED) != 0;
  if (origin_ != Origin::queue) {
    const bool risen = has_risen(record, header);
    if (!redelivered) {
      origin_ = Origin::publisher;
      counted_ = false;
    } else if (risen) {
      origin_ = Origin::queue;
    }
  }
  if (!redelivered || origin_ == Origin::publisher) return 0;
  counted_ = true;
  exceeded_ |= header > default_limit;
  return header;
}

// Copies of one message that differ in their header only are one here: the highest one counts.
bool DeliveryCounts::has_risen(const connector_record& record, std::uint32_t header) {
  if (highest_.size() >= most_remembered) highest_.clear();
  const std::hash<std::string_view> hash;
  const std::uint64_t message =
      hash(connector::text(record.id)) * 31 + hash(connector::text(record.value));
  const auto [at, is_new] = highest_.try_emplace(message, header);
  return header > std::exchange(at->second, std::max(at->second, header)) && !is_new;
}

}  // namespace connector_host_plugins::rabbitmq
