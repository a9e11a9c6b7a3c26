#pragma once
// WakeSignal: ends a wait for a descriptor from another thread, once for any number of raises.
//
// A flag says that somebody raised it, an eventfd lets poll(2) see it; the flag spares a system
// call where nobody did and where many do. A raise sets the flag first and may be held up before it
// sets the event, so the event can come when its raise has long been taken. Whoever waits therefore
// calls heard() for a readable descriptor, and looks at take() again before the next wait: then no
// late event keeps the descriptor readable, and no raise is overlooked.
//
// raise is thread-safe; everything else belongs to the thread that waits. It owns the descriptor.
#include <atomic>

#include "plugins/net/event_fd.hpp"

namespace connector_host_plugins::rabbitmq {

class WakeSignal {
 public:
  void raise() {
    if (!raised_.exchange(true)) event_.set();
  }
  // take would say yes.
  bool raised() const { return raised_.load(std::memory_order_acquire); }
  // True when it was raised since the last time. The event is cleared first: while the flag stands
  // no raise sets it.
  bool take() {
    if (!raised_.load()) return false;
    event_.clear();
    return raised_.exchange(false);
  }
  // The descriptor was readable. What made it so is in the flag, or was taken before.
  void heard() { event_.clear(); }
  int descriptor() const { return event_.descriptor(); }

 private:
  net::EventFd event_;
  std::atomic<bool> raised_ = false;
};

}  // namespace connector_host_plugins::rabbitmq
