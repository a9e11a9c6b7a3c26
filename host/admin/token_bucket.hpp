#pragma once
// TokenBucket: how often something may happen: a number at once, then so many a second. One thread; the caller has the clock.
#include <algorithm>
#include <chrono>
#include <optional>

#include "host/world/time.hpp"

namespace connector_host::admin {

class TokenBucket {
 public:
  TokenBucket(double most, double per_second) : most_(most), per_second_(per_second), left_(most) {}

  // False: not now.
  bool take(world::Time now) {
    if (filled_) left_ = std::min(most_, left_ + std::chrono::duration<double>(now - *filled_).count() * per_second_);
    filled_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  const double most_, per_second_;
  double left_;
  std::optional<world::Time> filled_;
};

}  // namespace connector_host::admin
