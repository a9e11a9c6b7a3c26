#pragma once
// Time points of the host: a monotonic clock that a simulation may own. Never wall time, so a clock jump moves nothing.
// The real one is CLOCK_BOOTTIME (clock_gettime(2)): it goes on while the machine is suspended, as leases of a store do.
#include <chrono>

namespace connector_host::world {

using Duration = std::chrono::nanoseconds;

// Names the clock in the type of its time points, so that no other clock's mix with them. World::now reads it.
struct Clock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
};
using Time = Clock::time_point;

constexpr Time never = Time::max();

}  // namespace connector_host::world
