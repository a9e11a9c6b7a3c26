#pragma once
// SignalWatch: receives the process's signals on a thread of its own and carries out what SignalRules says they mean. A stop
// that takes longer than it may ends the process as well, with 1; a signal that ends it at once, with 128 + its number.
// What is in flight is redelivered then, because nothing is acknowledged before its time.
//
// It receives each signal that would otherwise end the process, but for those of a fault (SIGSEGV, SIGABRT, …) and SIGKILL: a
// signal that nobody has a rule for, such as SIGUSR1, is logged and changes nothing. signalfd(2), signal(7).
//
// Made in main before any other thread, because it blocks the signals for the thread that makes it and its children.
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "host/plugin/file_descriptor.hpp"

namespace connector_host::cli {

class SignalWatch {
 public:
  // Throws std::system_error: this machine has no more descriptors.
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // All are called on the watching thread. longest_stop: from the first signal to a forced end.
  struct Actions {
    std::function<void()> stop, reload;
    std::function<void(const std::string&)> say;
    std::function<std::chrono::seconds()> longest_stop;
    std::function<void()> last_words;  // the process ends now: what was said is to be written, if it can be
  };
  void watch(Actions actions);
  // None of them is called any more once it has returned.
  void end();

 private:
  const plugin::FileDescriptor signals_, end_;
  std::thread thread_;
};

}  // namespace connector_host::cli
