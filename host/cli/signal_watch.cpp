#include "host/cli/signal_watch.hpp"

#include <pthread.h>
#include <unistd.h>
#include <csignal>
#include <ctime>

#include <utility>

namespace connector_host::cli {
namespace {

constexpr int signal_of_watch_end = SIGUSR2;

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int each : {SIGTERM, SIGINT, SIGHUP, signal_of_watch_end}) sigaddset(&set, each);
  return set;
}

const char* name_of(int signal) {
  return signal == SIGTERM ? "SIGTERM" : "SIGINT";
}

// The signal that ends the waiting, or -1 at the deadline. A process that was stopped and goes on gets EINTR (signal(7)).
int wait_until(const sigset_t& set, std::chrono::steady_clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return -1;
    const timespec limit{std::time_t(left.count() / 1'000'000'000), long(left.count() % 1'000'000'000)};
    const int signal = sigtimedwait(&set, nullptr, &limit);
    if (signal > 0 && signal != SIGHUP) return signal;
  }
}

}  // namespace

SignalWatch::SignalWatch() {
  std::signal(SIGPIPE, SIG_IGN);  // a broken connection is an error code, not the end (hiredis and others write without MSG_NOSIGNAL)
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

SignalWatch::~SignalWatch() {
  end();
}

void SignalWatch::end() {
  if (!thread_.joinable()) return;
  pthread_kill(thread_.native_handle(), signal_of_watch_end);
  thread_.join();
}

void SignalWatch::watch(Actions actions) {
  thread_ = std::thread([actions = std::move(actions)] {
    const sigset_t set = watched_signals();
    int signal = 0;
    for (sigwait(&set, &signal); signal == SIGHUP; sigwait(&set, &signal)) actions.reload();
    if (signal == signal_of_watch_end) return;
    actions.say(std::string(name_of(signal)) + ": stopping; what is in hand is finished first, a second signal ends at once");
    const std::chrono::seconds longest_stop = actions.longest_stop();
    actions.stop();
    signal = wait_until(set, std::chrono::steady_clock::now() + longest_stop);
    if (signal == signal_of_watch_end) return;
    if (signal < 0)
      actions.say("stopping took longer than " + std::to_string(longest_stop.count()) + " s: ending at once; what was in hand goes back to its source");
    ::_exit(signal < 0 ? 1 : 128 + signal);
  });
}

}  // namespace connector_host::cli
