#pragma once
// Deadline: the moment by which a call has to return. Limit: that, and who may end the call before it.
//
// Not a timer: nothing fires, waits ask for what remains. Immutable values; any thread. Owned by the call they limit.
#include <algorithm>
#include <chrono>

#include "plugins/redis/cancellation.hpp"

namespace connector_host_plugins::redis {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(std::chrono::milliseconds timeout) : end_(Clock::now() + timeout) {}
  Clock::time_point end() const { return end_; }
  // Rounded up, so that a wait for the rest of a millisecond does not spin.
  int remaining_ms() const { return int(std::clamp<long long>(std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count(), 0, 86'400'000)); }
  Deadline or_sooner(std::chrono::milliseconds timeout) const {
    Deadline other(timeout);
    return other.end_ < end_ ? other : *this;
  }

 private:
  Clock::time_point end_;
};

struct Limit {
  Deadline deadline;
  const Cancellation* cancellation;  // null: nobody, as in check, which must work while a cancelled store is closed
};

}  // namespace connector_host_plugins::redis
