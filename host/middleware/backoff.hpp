#pragma once
// Backoff: how long to wait before the next attempt: exponential with full jitter, rand(0, min(max, initial * 2^n)).
//
// Full jitter because many that failed together must not come back together. Immutable; chance comes from outside, so
// that a simulation repeats it.
#include <chrono>
#include <cstdint>

#include "host/world/time.hpp"

namespace connector_host::middleware {

struct BackoffSettings {
  std::chrono::milliseconds initial{200};
  std::chrono::milliseconds max{30'000};
};

class Backoff {
 public:
  explicit Backoff(BackoffSettings settings) : settings_(settings) {}
  // failures: how many attempts failed so far, at least 1. Never less than a millisecond.
  world::Duration delay(std::uint32_t failures, std::uint64_t random) const;

 private:
  BackoffSettings settings_;
};

}  // namespace connector_host::middleware
