#pragma once
// Deadline: a point on the monotonic clock by which a call has to be back, and what is left until
// then in the units that poll(2) and client libraries want. Limit: that, and who can end the call
// before it.
//
// Not a timer: nothing fires, waits ask for what remains. Immutable values; any thread. Owned by
// the call they limit.
#include <sys/time.h>

#include <algorithm>
#include <chrono>

#include "plugins/net/cancellation.hpp"

namespace connector_host_plugins::net {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(std::chrono::milliseconds from_now) : end_(Clock::now() + from_now) {}

  Clock::time_point end() const { return end_; }
  // Rounded up, so that a wait for the rest of a millisecond does not spin.
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()),
                    std::chrono::milliseconds(0));
  }
  bool over() const { return Clock::now() >= end_; }
  int poll_timeout() const { return int(std::min<long long>(left().count(), 86'400'000)); }
  timeval as_timeval() const {
    const auto ms = left().count();
    return {ms / 1000, (ms % 1000) * 1000};
  }
  Deadline at_most(std::chrono::milliseconds from_now) const {
    const Deadline other(from_now);
    return other.end_ < end_ ? other : *this;
  }

 private:
  Clock::time_point end_;
};

struct Limit {
  Deadline deadline;
  const Cancellation* cancellation;  // null: nobody may end it

  bool cancelled() const { return cancellation && cancellation->cancelled(); }
};

}  // namespace connector_host_plugins::net
