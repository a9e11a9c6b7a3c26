#include "host/observability/line_writer.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace connector_host::observability {
namespace {

// A pipe that nobody reads any more raises SIGPIPE, which ends a process that does not ignore it; pipes have no
// MSG_NOSIGNAL. The signal is the thread's own, so blocking it and taking back what the write raised touches nobody else.
// errno is put back as well: whoever logs an error may look at it afterwards.
class BrokenPipeGuard {
 public:
  BrokenPipeGuard() noexcept {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    if (!was_pending_) pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~BrokenPipeGuard() {
    if (!was_pending_) take_back();
    errno = errno_before_;
  }
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;

 private:
  void take_back() noexcept {
    const timespec at_once{};
    while (sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  const int errno_before_ = errno;
  sigset_t pipe_, before_;
  bool was_pending_ = false;  // so it is blocked already, and not ours to take
};

}  // namespace

void LineWriter::write(std::string_view line) noexcept {
  const BrokenPipeGuard guard;
  if (torn_) torn_ = !write_all("\n");
  if (torn_ || !write_all(line)) lost_.fetch_add(1, std::memory_order_relaxed);
}

// EAGAIN: whoever shares the descriptor made it non-blocking.
bool LineWriter::write_all(std::string_view bytes) noexcept {
  bool any = false;
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      pollfd waiting{descriptor_, POLLOUT, 0};
      ::poll(&waiting, 1, -1);
      continue;
    }
    if (written <= 0) {
      torn_ = torn_ || any;
      return false;
    }
    any = true;
    bytes.remove_prefix(std::size_t(written));
  }
  return true;
}

}  // namespace connector_host::observability
