#pragma once
// Breaker: keeps callers away from a dependency that fails. One per connector and dependency, shared by all its tasks.
//
// Closed: calls go. After `failures` failures in a row it opens: nobody calls, which is backpressure, nothing is dropped.
// While open, at most every `probe_every` one caller may probe (half open) without a record; its success closes the
// breaker and tells everyone who asked. It makes no calls itself. Thread-safe; a listener must not use the breaker's
// subscriptions.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "host/world/world.hpp"

namespace connector_host::middleware {

enum class BreakerState { closed, open, half_open };
const char* name_of(BreakerState state);

struct BreakerSettings {
  std::uint32_t failures = 5;
  std::chrono::milliseconds probe_every{3'000};
};

struct BreakerStatus {
  BreakerState state = BreakerState::closed;
  world::Time since{};         // of this state
  std::uint64_t openings = 0;  // how often it opened
  std::string last_error;      // kept after it closed; empty: there was none
};

class Breaker {
 public:
  Breaker(world::World& world, BreakerSettings settings);

  bool closed() const { return closed_.load(std::memory_order_acquire); }
  void success();
  // A probe or an opening went well. It closes the breaker, but the next failure of a call opens it again: a dependency
  // may answer questions and still do nothing.
  void answered();
  void failure(std::string_view why);
  // True: the caller probes now and reports success or failure.
  bool try_probe();
  // When the next probe is due; never while closed.
  world::Time next_probe() const;
  BreakerStatus status() const;
  // The listener is called whenever it opens or closes, until unsubscribe has returned. Of one owner there is one.
  void subscribe(const void* owner, std::function<void()> listener);
  void unsubscribe(const void* owner);

 private:
  void close();
  void tell();

  world::World& world_;
  const BreakerSettings settings_;
  std::atomic<bool> closed_ = true;  // a copy of status_.state for the hot path; release on write pairs with acquire
  mutable std::mutex mutex_;         // guards the next three
  BreakerStatus status_;
  std::uint32_t failures_in_a_row_ = 0;
  world::Time next_probe_ = world::never;
  std::mutex listeners_mutex_;  // guards listeners_, and is held while they are called
  std::map<const void*, std::function<void()>> listeners_;
};

}  // namespace connector_host::middleware
