#include "host/middleware/flood_guard.hpp"

namespace connector_host::middleware {

void FloodGuard::settled(std::uint32_t set_aside, std::uint32_t others) {
  std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < others && i < window; ++i) push(false);
  for (std::uint32_t i = 0; i < set_aside && i < window; ++i) push(true);
}

void FloodGuard::forget() {
  std::lock_guard lock(mutex_);
  ring_.assign(window, false);
  set_aside_.store(0, std::memory_order_relaxed);
}

void FloodGuard::push(bool set_aside) {
  const std::uint32_t leaves = ring_[next_], comes = set_aside;
  ring_[next_] = set_aside;
  next_ = (next_ + 1) % window;
  set_aside_.store(set_aside_.load(std::memory_order_relaxed) + comes - leaves, std::memory_order_relaxed);
}

}  // namespace connector_host::middleware
