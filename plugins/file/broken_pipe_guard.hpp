#pragma once
// BrokenPipeGuard: keeps SIGPIPE from this thread while it lives, so that a closed pipe is the error EPIPE, whatever the
// process does about the signal.
//
// A disposition belongs to the process and is not a plugin's to change; a mask belongs to the thread. Not for sharing.
#include <csignal>

namespace connector_host_plugins::file {

class BrokenPipeGuard {
 public:
  BrokenPipeGuard();
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;
  ~BrokenPipeGuard();

 private:
  sigset_t before_;
  bool was_pending_;
};

}  // namespace connector_host_plugins::file
