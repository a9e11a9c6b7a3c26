#include "host/cli/signal_watch.hpp"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "host/cli/signal_rules.hpp"

namespace connector_host::cli {
namespace {

using Clock = std::chrono::steady_clock;

// All whose default is the end of the process (signal(7)), but for those of a fault of the process itself.
sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int each : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGXCPU, SIGXFSZ})
    sigaddset(&set, each);
  for (int each = SIGRTMIN; each <= SIGRTMAX; ++each) sigaddset(&set, each);
  return set;
}

int made(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

std::string name_of(int signal) {
  const char* const name = sigabbrev_np(signal);
  return name ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

// One thread's, from watch() on.
class Watching {
 public:
  Watching(int signals, int end, SignalWatch::Actions actions) : signals_(signals), end_(end), actions_(std::move(actions)) {}

  void run() {
    while (wait()) {
      signalfd_siginfo info;
      while (::read(signals_, &info, sizeof info) == ssize_t(sizeof info)) take(int(info.ssi_signo), info.ssi_pid);
    }
  }

 private:
  // False: it is over.
  bool wait() {
    pollfd waiting[] = {{signals_, POLLIN, 0}, {end_, POLLIN, 0}};
    ::poll(waiting, 2, time_left());
    if (waiting[1].revents != 0) return false;
    if (ends_at_ && Clock::now() >= *ends_at_) {
      actions_.say("stopping took longer than " + std::to_string(longest_stop_.count()) + " s: ending at once; what was in flight is redelivered");
      actions_.last_words();
      ::_exit(1);
    }
    return true;
  }
  int time_left() const {
    if (!ends_at_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*ends_at_ - Clock::now()).count();
    return int(std::clamp<std::chrono::milliseconds::rep>(left, 0, 3'600'000));
  }
  void take(int signal, std::uint32_t sender) {
    const auto [rules, order] = rules_.step(signal, Clock::now());
    const bool was_stopping = rules_.stopping();
    rules_ = rules;
    switch (order) {
      case SignalOrder::reload:
        return actions_.reload();
      case SignalOrder::stop:
        return stop(signal);
      case SignalOrder::end_at_once:
        ::_exit(128 + signal);
      case SignalOrder::nothing:
        actions_.say(name_of(signal) + " from process " + std::to_string(sender) +
                     (was_stopping ? ": it is stopping already" : ": there is no rule for it, and nothing is done"));
    }
  }
  // First the stop, then its line.
  void stop(int signal) {
    actions_.stop();
    longest_stop_ = actions_.longest_stop();
    ends_at_ = Clock::now() + longest_stop_;
    actions_.say(name_of(signal) + ": stopping; what is in flight is finished first, SIGINT (Ctrl-C) ends at once");
  }

  const int signals_, end_;
  const SignalWatch::Actions actions_;
  SignalRules rules_;
  std::chrono::seconds longest_stop_{};
  std::optional<Clock::time_point> ends_at_;
};

}  // namespace

SignalWatch::SignalWatch()
    : signals_([] {
        std::signal(SIGPIPE, SIG_IGN);  // a broken connection is an error code, not the end (hiredis and others write without MSG_NOSIGNAL)
        const sigset_t set = watched_signals();
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
        return made(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
      }()),
      end_(made(::eventfd(0, EFD_CLOEXEC), "eventfd")) {}

SignalWatch::~SignalWatch() {
  end();
}

void SignalWatch::end() {
  if (!thread_.joinable()) return;
  ::eventfd_write(end_.get(), 1);
  thread_.join();
}

void SignalWatch::watch(Actions actions) {
  thread_ = std::thread([this, actions = std::move(actions)] { Watching(signals_.get(), end_.get(), actions).run(); });
}

}  // namespace connector_host::cli
