#pragma once
// WakeFlag: the sticky wake of abi.h: it ends the current wait, or else the next one, once.
//
// Not a counter: several wakes before a wait are one. wake() may be called on any thread, the rest
// by one thread. Owned by the source.
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace connector_host_plugins::generator {

class WakeFlag {
 public:
  void wake() {
    {
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }
  void clear() {
    std::lock_guard lock(mutex_);
    woken_ = false;
  }
  // True when it was woken.
  bool wait_until(std::chrono::steady_clock::time_point time) {
    std::unique_lock lock(mutex_);
    const bool woken = changed_.wait_until(lock, time, [&] { return woken_; });
    woken_ = false;
    return woken;
  }

 private:
  std::mutex mutex_;  // guards woken_
  std::condition_variable changed_;
  bool woken_ = false;
};

}  // namespace connector_host_plugins::generator
