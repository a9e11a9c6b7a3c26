#pragma once
// Opener: the thread that looks after one guard: it opens the instance, opens it again, and probes behind its breaker.
//
// One for each guard, so that a dependency that is slow to answer keeps no other from coming back. Nothing in the data
// path waits for it but for that dependency.
#include <atomic>
#include <memory>
#include <string>

#include "host/middleware/guard.hpp"
#include "host/world/world.hpp"

namespace connector_host::middleware {

class Opener {
 public:
  // Works from start() on; the guard outlives it.
  Opener(world::World& world) : world_(world), gate_(world.make_gate()) {}
  ~Opener() { stop(); }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  void start(Guard& guard, std::string thread_name) {
    thread_ = world_.start(std::move(thread_name), [this, &guard] {
      while (!stopping_.load(std::memory_order_acquire)) {
        const world::Time next = guard.maintain();
        if (!stopping_.load(std::memory_order_acquire)) gate_->wait_until(next);
      }
    });
  }
  // Look now. Thread-safe.
  void wake() { gate_->open(); }
  // Returns when the thread has ended; a call to the instance that is under way is waited for.
  void stop() {
    stopping_.store(true, std::memory_order_release);
    gate_->open();
    if (thread_) thread_->join();
  }

 private:
  world::World& world_;
  std::unique_ptr<world::Gate> gate_;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<world::Thread> thread_;
};

}  // namespace connector_host::middleware
