#include "plugins/generator/pace.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace connector_host_plugins::generator {

void Pace::restart(Clock::time_point now) {
  start_ = now;
  taken_ = 0;
}

std::uint64_t Pace::due(Clock::time_point now) {
  if (per_second_ <= 0) return std::numeric_limits<std::uint64_t>::max();
  const double so_far =
      std::floor(std::chrono::duration<double>(now - start_).count() * per_second_) +
      1;  // the first one at once
  taken_ = std::max(taken_, so_far - std::max(1.0, std::floor(per_second_)));
  return so_far > taken_ ? std::uint64_t(so_far - taken_) : 0;
}

Pace::Clock::time_point Pace::next_due() const {
  if (per_second_ <= 0) return start_;
  const std::chrono::duration<double> after(taken_ / per_second_);
  return start_ + std::chrono::ceil<Clock::duration>(after);
}

}  // namespace connector_host_plugins::generator
