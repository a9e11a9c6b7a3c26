#pragma once
// Socket: one connected stream socket, never blocking, that waits by a Limit.
//
// Not a connection to Redis: no protocol, no TLS. Used by one thread at a time; owned by a
// Connection.
#include <cstddef>
#include <utility>

#include "plugins/net/deadline.hpp"
#include "plugins/redis/address.hpp"

namespace connector_host_plugins::redis {

class Socket {
 public:
  // Every address of the name is tried, in order, each for its share of the time that is left.
  // Throws RedisError: that of the last address.
  static Socket connect(const Address&, const net::Limit&);
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  // How many bytes went; 0: not now, wait. Throw RedisError when the connection is gone. Never
  // raise SIGPIPE.
  std::size_t send(const char* data, std::size_t size);
  std::size_t receive(char* data, std::size_t size);
  // Returns once any of events (POLLIN, POLLOUT) or an error is there. Throws RedisError at the
  // deadline or on cancel.
  void wait(short events, const net::Limit&) const;
  // Nothing to read, and not closed by the other side.
  bool quiet() const;
  int fd() const { return fd_; }

 private:
  explicit Socket(int fd) : fd_(fd) {}
  void set_keepalive() const;

  int fd_;
};

}  // namespace connector_host_plugins::redis
