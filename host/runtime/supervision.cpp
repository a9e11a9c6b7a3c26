#include "host/runtime/supervision.hpp"

#include <algorithm>

namespace connector_host::runtime {

using namespace std::chrono_literals;

std::optional<world::Time> Supervision::failed(world::Time now) {
  while (!starts_.empty() && now - starts_.front() >= 1h) starts_.pop_front();
  if (starts_.size() >= config_.limit) return std::nullopt;
  world::Duration wait = config_.initial;
  for (std::size_t i = 0; i < starts_.size() && wait < config_.max; ++i) wait *= 2;
  return now + std::min<world::Duration>(wait, config_.max);
}

}  // namespace connector_host::runtime
