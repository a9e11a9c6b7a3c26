#include "plugins/file/pipe_writer.hpp"

#include <poll.h>
#include <unistd.h>
#include <connector/error.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

#include "plugins/net/sigpipe_guard.hpp"

namespace connector_host_plugins::file {

void PipeWriter::check(int fd) {
  pollfd output{fd, POLLOUT, 0};
  if (::poll(&output, 1, 0) < 0)
    throw connector::retriable("cannot look at standard output: " +
                               std::generic_category().message(errno));
  if (output.revents & POLLNVAL)
    throw connector::bad_config("standard output is closed; redirect it, or give path a file");
  if (output.revents & POLLERR)
    throw connector::fatal(
        "whoever read standard output has closed it; nothing more can be written");
}

Appended PipeWriter::append(std::string_view lines, const WakeSignal& cancel,
                            Clock::time_point deadline) {
  const Turn::Holder turn(turn_, deadline);
  if (!turn) return {0, "another write to standard output took until the time limit"};
  const net::SigpipeGuard guard;
  std::string why;
  rest_.erase(0, put(rest_, cancel, deadline, why));
  if (!rest_.empty()) return {0, why};
  const std::size_t done = put(lines, cancel, deadline, why);
  if (done == lines.size()) return {done, ""};
  const std::size_t whole = done == 0 ? 0 : lines.rfind('\n', done - 1) + 1;  // npos + 1 is 0
  if (whole == done) return {whole, why};
  rest_ = lines.substr(done, lines.find('\n', done) + 1 - done);
  return {whole, why, true};
}

// POSIX promises that a pipe that polls writable takes PIPE_BUF bytes without blocking (pipe(7),
// poll(2)).
std::size_t PipeWriter::put(std::string_view bytes, const WakeSignal& cancel,
                            Clock::time_point deadline, std::string& why) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto wait = cancel.wait_until(deadline, fd_, POLLOUT);
    if (wait != WakeSignal::Wait::ready) {
      why = wait == WakeSignal::Wait::raised ? "cancelled while standard output was not read"
                                             : "standard output was not read within the time limit";
      return done;
    }
    const ssize_t now =
        ::write(fd_, bytes.data() + done, std::min<std::size_t>(bytes.size() - done, PIPE_BUF));
    if (now >= 0) {
      done += std::size_t(now);
    } else if (errno == EPIPE) {
      throw connector::fatal(
          "whoever read standard output has closed it; nothing more can be written");
    } else if (errno != EINTR && errno != EAGAIN) {
      why = "cannot write to standard output: " + std::generic_category().message(errno);
      return done;
    }
  }
  return bytes.size();
}

}  // namespace connector_host_plugins::file
