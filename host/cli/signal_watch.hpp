#pragma once
// SignalWatch: the first SIGTERM or SIGINT asks the host to stop, the second ends the process at once with 128 + n, and so
// does a stop that takes longer than it may. What is in hand then goes back to its source, because nothing is
// acknowledged before its time. SIGHUP asks for the topology file to be read again.
//
// Made in main before any other thread, because it blocks the signals for the thread that makes it and its children.
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace connector_host::cli {

class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // All are called on the watching thread. longest_stop: from the first signal to a forced end.
  struct Actions {
    std::function<void()> stop, reload;
    std::function<void(const std::string&)> say;
    std::function<std::chrono::seconds()> longest_stop;
  };
  void watch(Actions actions);
  // None of them is called any more once it has returned.
  void end();

 private:
  std::thread thread_;
};

}  // namespace connector_host::cli
