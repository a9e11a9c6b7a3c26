#pragma once
// Deadline: a point on the monotonic clock by which a call has to be back, and what is left until then in the units
// that poll(2) and librabbitmq want. Immutable.
#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <climits>

namespace connector_host_plugins::rabbitmq {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(std::chrono::milliseconds from_now) : at_(Clock::now() + from_now) {}

  std::chrono::milliseconds left() const { return std::max(std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()), std::chrono::milliseconds(0)); }
  bool over() const { return Clock::now() >= at_; }
  int poll_timeout() const { return int(std::min<std::chrono::milliseconds::rep>(left().count(), INT_MAX)); }
  timeval as_timeval() const {
    const auto ms = left().count();
    return {ms / 1000, (ms % 1000) * 1000};
  }
  Deadline at_most(std::chrono::milliseconds from_now) const { return Deadline(std::min(left(), from_now)); }

 private:
  Clock::time_point at_;
};

}  // namespace connector_host_plugins::rabbitmq
