#pragma once
// Cancellation: the sink's sticky cancel, and whom it has to wake.
//
// Thread-safe. Owned by KafkaSink, which outlives every listener. A listener is called with the mutex held and takes its
// own mutex after it, never the other way round.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace connector_host_plugins::kafka {

class Cancellation {
 public:
  class Listener {
   public:
    virtual void on_cancel() = 0;

   protected:
    ~Listener() = default;
  };

  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  void reset() { cancelled_.store(false, std::memory_order_release); }
  void cancel() {
    std::lock_guard lock(mutex_);
    cancelled_.store(true, std::memory_order_release);
    changed_.notify_all();
    for (Listener* listener : listeners_) listener->on_cancel();
  }
  // Waits between two questions to a broker; true when it was cancelled.
  bool wait_for(std::chrono::milliseconds time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return cancelled(); });
  }
  void add(Listener& listener) {
    std::lock_guard lock(mutex_);
    listeners_.push_back(&listener);
  }
  void remove(Listener& listener) {
    std::lock_guard lock(mutex_);
    listeners_.erase(std::remove(listeners_.begin(), listeners_.end(), &listener), listeners_.end());
  }

 private:
  mutable std::mutex mutex_;  // guards listeners_
  mutable std::condition_variable changed_;
  std::atomic<bool> cancelled_ = false;
  std::vector<Listener*> listeners_;
};

}  // namespace connector_host_plugins::kafka
