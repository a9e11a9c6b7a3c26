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
    const timespec limit{std::time_t(longest_stop.count()), 0};
    do {
      signal = sigtimedwait(&set, nullptr, &limit);
    } while (signal == SIGHUP);
    if (signal == signal_of_watch_end) return;
    if (signal < 0)
      actions.say("stopping took longer than " + std::to_string(longest_stop.count()) + " s: ending at once; what was in hand goes back to its source");
    ::_exit(signal < 0 ? 1 : 128 + signal);
  });
}

}  // namespace connector_host::cli
