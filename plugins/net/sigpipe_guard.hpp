#pragma once
// SigpipeGuard: while it lives, this thread gets no SIGPIPE.
//
// write(2), which OpenSSL uses too, raises it when the reader or the peer is gone; a plugin may not
// rely on the process ignoring it, nor change what the process does. For one scope on one thread.
#include <pthread.h>
#include <signal.h>

#include <ctime>

namespace connector_host_plugins::net {

class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~SigpipeGuard() {
    const timespec now{};
    if (!was_pending_)
      sigtimedwait(&sigpipe_, nullptr, &now);  // takes ours back; one that was there before stays
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t sigpipe_, before_;
  bool was_pending_;
};

}  // namespace connector_host_plugins::net
