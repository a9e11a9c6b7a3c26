#include "plugins/file/stdin_stream.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace connector_host_plugins::file {

std::optional<LineStream::Found> StdinStream::next() {
  while (!ended_) {
    if (auto line = reader_.next()) return Found{*line, 0};
    const Read got = read_some();
    if (got == Read::nothing_now) return std::nullopt;
    if (got == Read::some) continue;
    ended_ = true;
    if (auto line = reader_.rest()) return Found{*line, 0};
  }
  return std::nullopt;
}

// A read after POLLIN does not block; a read without it might, and nothing could end it.
StdinStream::Read StdinStream::read_some() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, 0) <= 0) return Read::nothing_now;
  const auto room = reader_.room();
  const ssize_t got = ::read(STDIN_FILENO, room.data(), room.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return Read::nothing_now;
  if (got < 0) throw std::system_error(errno, std::generic_category(), "read");
  reader_.filled(std::size_t(got));
  return got == 0 ? Read::end : Read::some;
}

WakeSignal::Wait StdinStream::wait(const WakeSignal& wake,
                                   WakeSignal::Clock::time_point deadline) const {
  return wake.wait_until(deadline, STDIN_FILENO, POLLIN);
}

}  // namespace connector_host_plugins::file
