#pragma once
// Cancellation: lets cancel() end every wait on a socket at once, and stays so until the next open.
//
// An eventfd that each wait polls beside its socket. It closes nothing: whoever waits gives up its own connection, so no
// descriptor is ever closed under another thread. Thread-safe; owned by the store.
#include <atomic>

namespace connector_host_plugins::redis {

class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  void cancel() noexcept;
  void reset() noexcept;
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  int fd() const { return fd_; }  // readable while cancelled

 private:
  int fd_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace connector_host_plugins::redis
