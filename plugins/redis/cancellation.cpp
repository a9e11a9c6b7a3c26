#include "plugins/redis/cancellation.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <connector/error.hpp>

namespace connector_host_plugins::redis {

Cancellation::Cancellation() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw connector::retriable("no file descriptor is left for the redis store: raise the limit of open files (ulimit -n)");
}

Cancellation::~Cancellation() {
  ::close(fd_);
}

void Cancellation::cancel() noexcept {
  cancelled_.store(true, std::memory_order_release);
  eventfd_write(fd_, 1);  // cannot fail: only 2^64-2 unread cancels would fill it
}

void Cancellation::reset() noexcept {
  eventfd_t unread;
  eventfd_read(fd_, &unread);
  cancelled_.store(false, std::memory_order_release);
}

}  // namespace connector_host_plugins::redis
