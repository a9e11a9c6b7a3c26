#pragma once
// Turn: lets one thread at a time go on, and the others wait no longer than they may.
//
// What std::timed_mutex does, with a mutex and a condition that ThreadSanitizer understands (it
// does not know pthread_mutex_clocklock before GCC 13). Any thread. Owned by what it protects.
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace connector_host_plugins::file {

class Turn {
 public:
  // Holds the turn while it lives, if it got it.
  class Holder {
   public:
    Holder(Turn& turn, std::chrono::steady_clock::time_point deadline)
        : turn_(turn), got_it_(turn.take(deadline)) {}
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
      if (got_it_) turn_.give_back();
    }
    explicit operator bool() const { return got_it_; }

   private:
    Turn& turn_;
    bool got_it_;
  };

 private:
  bool take(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!free_.wait_until(lock, deadline, [&] { return !taken_; })) return false;
    return taken_ = true;
  }
  void give_back() {
    {
      std::lock_guard lock(mutex_);
      taken_ = false;
    }
    free_.notify_one();
  }

  std::mutex mutex_;  // guards taken_
  std::condition_variable free_;
  bool taken_ = false;
};

}  // namespace connector_host_plugins::file
