#include "plugins/file/wake_signal.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace connector_host_plugins::file {

WakeSignal::WakeSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void WakeSignal::raise() {
  const std::uint64_t one = 1;
  // EAGAIN means that it is raised 2^64 - 2 times over: raised all the same.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

bool WakeSignal::take() {
  std::uint64_t times = 0;
  return ::read(event_.get(), &times, sizeof times) == ssize_t(sizeof times);
}

bool WakeSignal::is_raised() const {
  pollfd self{event_.get(), POLLIN, 0};
  return ::poll(&self, 1, 0) > 0;
}

WakeSignal::Wait WakeSignal::wait_until(Clock::time_point time, int fd, short events) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - Clock::now()).count();
    pollfd both[] = {{event_.get(), POLLIN, 0},
                     {fd, events, 0}};  // poll(2) ignores a negative descriptor
    const int ready = ::poll(both, 2, int(std::clamp<long long>(left, 0, 3'600'000)));
    if (ready < 0 && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "poll");
    if (ready > 0 && both[0].revents != 0) return Wait::raised;
    if (ready > 0) return Wait::ready;
    if (Clock::now() >= time) return Wait::timed_out;
  }
}

}  // namespace connector_host_plugins::file
