#pragma once
// Time points of the host: a monotonic clock that a simulation may own. Never wall time, so a clock jump moves nothing.
#include <chrono>

namespace connector_host::world {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::time_point<std::chrono::steady_clock, Duration>;

constexpr Time never = Time::max();

}  // namespace connector_host::world
