#include "host/middleware/backoff.hpp"

#include <algorithm>

namespace connector_host::middleware {

world::Duration Backoff::delay(std::uint32_t failures, std::uint64_t random) const {
  const std::uint32_t doublings = std::min<std::uint32_t>(failures > 0 ? failures - 1 : 0, 20);
  const std::int64_t cap = std::min<std::int64_t>(settings_.max.count(), settings_.initial.count() << doublings);
  return std::chrono::milliseconds(1 + std::int64_t(random % std::uint64_t(std::max<std::int64_t>(cap, 1))));
}

}  // namespace connector_host::middleware
