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
  for (const int each : {SIGTERM, SIGINT, signal_of_watch_end}) sigaddset(&set, each);
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

void SignalWatch::watch(std::function<void()> stop, std::function<void(const std::string&)> say, std::chrono::seconds longest_stop) {
  thread_ = std::thread([stop = std::move(stop), say = std::move(say), longest_stop] {
    const sigset_t set = watched_signals();
    int signal = 0;
    sigwait(&set, &signal);
    if (signal == signal_of_watch_end) return;
    say(std::string(name_of(signal)) + ": stopping; what is in hand is finished first, a second signal ends at once");
    stop();
    const timespec limit{std::time_t(longest_stop.count()), 0};
    signal = sigtimedwait(&set, nullptr, &limit);
    if (signal == signal_of_watch_end) return;
    if (signal < 0) say("stopping took longer than " + std::to_string(longest_stop.count()) + " s: ending at once; what was in hand goes back to its source");
    ::_exit(signal < 0 ? 1 : 128 + signal);
  });
}

}  // namespace connector_host::cli
