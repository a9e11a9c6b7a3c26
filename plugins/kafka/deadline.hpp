#pragma once
// Deadline: the moment by which one call has to return. A value; any thread.
#include <algorithm>
#include <chrono>

namespace connector_host_plugins::kafka {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(std::chrono::milliseconds from_now) : at_(Clock::now() + from_now) {}
  explicit Deadline(Clock::time_point at) : at_(at) {}

  Clock::time_point at() const { return at_; }
  bool passed() const { return Clock::now() >= at_; }
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()));
  }
  // For a library call that cannot be interrupted: at most `slice`, so that a cancel is seen soon.
  int slice_ms(std::chrono::milliseconds slice) const {
    return int(std::min(slice, left()).count());
  }
  Deadline earlier_by(std::chrono::milliseconds margin) const { return Deadline(at_ - margin); }

 private:
  Clock::time_point at_;
};

inline Deadline earlier_of(const Deadline& one, const Deadline& other) {
  return one.at() < other.at() ? one : other;
}

}  // namespace connector_host_plugins::kafka
