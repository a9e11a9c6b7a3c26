#pragma once
// Interruption: ends an opening connection from another thread.
//
// librabbitmq waits for the broker's answers inside its own poll(2), which knows no second
// descriptor. What ends it is shutdown(2) on the socket; a duplicate of the descriptor is used for
// that, because the library closes its own whenever it likes and the number might belong to
// somebody else by then.
//
// cancel is thread-safe; everything else belongs to the thread that opens. It owns the duplicate.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>

#include "plugins/net/deadline.hpp"

namespace connector_host_plugins::rabbitmq {

class Interruption {
 public:
  ~Interruption() { unwatch(); }

  void reset() { cancellation_.reset(); }
  void cancel() {
    cancellation_.cancel();
    std::lock_guard lock(mutex_);
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }
  bool cancelled() const { return cancellation_.cancelled(); }
  net::Limit limit(const net::Deadline& deadline) const { return {deadline, &cancellation_}; }

  // From here to unwatch a cancel cuts this socket; at once when it came before.
  void watch(int socket) {
    unwatch();
    std::lock_guard lock(mutex_);
    socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (socket_ >= 0 && cancelled()) ::shutdown(socket_, SHUT_RDWR);
  }
  void unwatch() {
    std::lock_guard lock(mutex_);
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  net::Cancellation cancellation_;
  std::mutex mutex_;  // guards socket_
  int socket_ = -1;
};

}  // namespace connector_host_plugins::rabbitmq
