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
  explicit Opener(world::World& world) : world_(world), gate_(world.make_gate()), ended_gate_(world.make_gate()) {}
  ~Opener() { stop(); }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  void start(Guard& guard, std::string thread_name) {
    guard_ = &guard;
    thread_ = world_.start(std::move(thread_name), [this, &guard] {
      const Ending ending(*this);
      while (!stopping_.load(std::memory_order_acquire)) {
        const world::Time next = guard.maintain();
        if (!stopping_.load(std::memory_order_acquire)) gate_->wait_until(next);
      }
    });
  }
  // Look now. Thread-safe.
  void wake() { gate_->open(); }
  // Ends soon. Thread-safe.
  void begin_stop() {
    stopping_.store(true, std::memory_order_release);
    gate_->open();
  }
  // Returns when the thread has ended. A call to the instance that is under way is cancelled, and cancelled again: one
  // that lands just before an open is undone by it.
  void stop() {
    begin_stop();
    if (!thread_) return;
    while (!ended_.load(std::memory_order_acquire)) {
      guard_->cancel();
      ended_gate_->wait_until(world_.now() + std::chrono::milliseconds(50));
    }
    thread_->join();
  }

 private:
  // However the thread ends.
  struct Ending {
    explicit Ending(Opener& opener) : opener_(opener) {}
    ~Ending() {
      opener_.ended_.store(true, std::memory_order_release);
      opener_.ended_gate_->open();
    }
    Opener& opener_;
  };

  world::World& world_;
  std::unique_ptr<world::Gate> gate_, ended_gate_;
  std::atomic<bool> stopping_ = false, ended_ = false;
  Guard* guard_ = nullptr;
  std::unique_ptr<world::Thread> thread_;
};

}  // namespace connector_host::middleware
