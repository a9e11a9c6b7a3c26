#pragma once
// EventFd: a flag that poll(2) can wait for. It owns its descriptor. Thread-safe.
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "connector/error.hpp"

namespace connector_host_plugins::net {

class EventFd {
 public:
  EventFd() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0)
      throw connector::retriable(
          "no file descriptor is left for an eventfd: raise the limit of open files");
  }
  EventFd(const EventFd&) = delete;
  EventFd& operator=(const EventFd&) = delete;
  ~EventFd() { ::close(descriptor_); }

  // Neither can fail in a way that matters: a full counter is set already, an empty one is clear.
  void set() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
  }
  void clear() {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(descriptor_, &count, sizeof count);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace connector_host_plugins::net
