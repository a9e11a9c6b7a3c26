#pragma once
// WakeSignal: a sticky signal that a thread can wait for together with a file descriptor (an
// eventfd).
//
// The source wakes its poll with it, the sink cancels its writes. raise() may be called on any
// thread; who waits and who clears is for the owner to say.
#include <chrono>

#include "plugins/file/owned_fd.hpp"

namespace connector_host_plugins::file {

class WakeSignal {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Wait { raised, ready, timed_out };

  WakeSignal();
  void raise();
  // Whether it was raised; it no longer is.
  bool take();
  bool is_raised() const;
  // Waits for the signal, for fd (-1: none) to be ready for events as of poll(2), or for the time.
  // Leaves the signal raised.
  Wait wait_until(Clock::time_point time, int fd = -1, short events = 0) const;

 private:
  OwnedFd event_;
};

}  // namespace connector_host_plugins::file
