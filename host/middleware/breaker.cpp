#include "host/middleware/breaker.hpp"

#include <utility>

namespace connector_host::middleware {

const char* name_of(BreakerState state) {
  switch (state) {
    case BreakerState::closed:
      return "closed";
    case BreakerState::open:
      return "open";
    case BreakerState::half_open:
      return "half_open";
  }
  return "closed";
}

Breaker::Breaker(world::World& world, BreakerSettings settings) : world_(world), settings_(settings) {
  status_.since = world.now();
}

void Breaker::success() {
  {
    std::lock_guard lock(mutex_);
    failures_in_a_row_ = 0;
    if (status_.state == BreakerState::closed) return;
    close();
  }
  tell();
}

void Breaker::answered() {
  {
    std::lock_guard lock(mutex_);
    if (status_.state == BreakerState::closed) return;
    failures_in_a_row_ = settings_.failures - 1;
    close();
  }
  tell();
}

// With mutex_ held.
void Breaker::close() {
  status_.state = BreakerState::closed;
  status_.since = world_.now();
  next_probe_ = world::never;
  closed_.store(true, std::memory_order_release);
}

void Breaker::failure(std::string_view why) {
  {
    std::lock_guard lock(mutex_);
    status_.last_error = why;
    ++failures_in_a_row_;
    const bool opens = status_.state == BreakerState::half_open || (status_.state == BreakerState::closed && failures_in_a_row_ >= settings_.failures);
    if (!opens) return;
    if (status_.state == BreakerState::closed) {
      status_.since = world_.now();
      ++status_.openings;
    }
    status_.state = BreakerState::open;
    next_probe_ = world_.now() + settings_.probe_every;
    closed_.store(false, std::memory_order_release);
  }
  tell();
}

bool Breaker::try_probe() {
  std::lock_guard lock(mutex_);
  // A prober that never reported (its task ended) does not keep the breaker half open for ever.
  if (status_.state == BreakerState::closed || world_.now() < next_probe_) return false;
  status_.state = BreakerState::half_open;
  next_probe_ = world_.now() + settings_.probe_every;
  return true;
}

world::Time Breaker::next_probe() const {
  std::lock_guard lock(mutex_);
  return next_probe_;
}

BreakerStatus Breaker::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

void Breaker::subscribe(const void* owner, std::function<void()> listener) {
  std::lock_guard lock(listeners_mutex_);
  listeners_[owner] = std::move(listener);
}

void Breaker::unsubscribe(const void* owner) {
  std::lock_guard lock(listeners_mutex_);
  listeners_.erase(owner);
}

void Breaker::tell() {
  std::lock_guard lock(listeners_mutex_);
  for (const auto& [owner, listener] : listeners_) listener();
}

}  // namespace connector_host::middleware
