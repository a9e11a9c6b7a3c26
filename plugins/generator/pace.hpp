#pragma once
// Pace: how many records are due by now at a given rate, evenly spread.
//
// A host that could not take records for a while gets at most one second's worth at once; what is
// more is forgotten, so that a long pause is not followed by a flood. It waits for nothing itself.
// Not thread-safe. Owned by the source.
#include <chrono>
#include <cstdint>

namespace connector_host_plugins::generator {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Pace(double per_second) : per_second_(per_second) {}  // 0: as fast as asked

  void restart(Clock::time_point now);
  std::uint64_t due(Clock::time_point now);
  void took(std::uint64_t count) { taken_ += double(count); }
  Clock::time_point next_due() const;

 private:
  double per_second_;
  Clock::time_point start_{};
  double taken_ = 0;
};

}  // namespace connector_host_plugins::generator
