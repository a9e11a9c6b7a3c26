#pragma once
// Cancellation: the sink's sticky cancel, which whoever waits looks at often. Thread-safe. Owned by
// KafkaSink.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace connector_host_plugins::kafka {

class Cancellation {
 public:
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  void reset() { cancelled_.store(false, std::memory_order_release); }
  void cancel() {
    std::lock_guard lock(mutex_);
    cancelled_.store(true, std::memory_order_release);
    changed_.notify_all();
  }
  // Waits between two questions to a broker; true when it was cancelled.
  bool wait_for(std::chrono::milliseconds time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return cancelled(); });
  }

 private:
  mutable std::mutex mutex_;  // for changed_
  mutable std::condition_variable changed_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace connector_host_plugins::kafka
