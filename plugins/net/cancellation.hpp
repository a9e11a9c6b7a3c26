#pragma once
// Cancellation: lets another thread end every wait on a socket at once, and stays so until it is
// reset.
//
// An eventfd that each wait polls beside its socket. It closes nothing: whoever waits abandons its
// own connection, so no descriptor is ever closed under another thread. Thread-safe; owned by the
// component.
#include <atomic>

#include "plugins/net/event_fd.hpp"

namespace connector_host_plugins::net {

class Cancellation {
 public:
  void cancel() {
    cancelled_.store(true, std::memory_order_release);
    event_.set();
  }
  void reset() {
    event_.clear();
    cancelled_.store(false, std::memory_order_release);
  }
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  int descriptor() const { return event_.descriptor(); }  // readable while cancelled

 private:
  EventFd event_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace connector_host_plugins::net
