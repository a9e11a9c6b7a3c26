#pragma once
// Socket: one connected stream socket, never blocking, that waits by a Limit.
//
// Not a connection to Redis: no protocol, no TLS. Used by one thread at a time; owned by a Connection.
#include <cstddef>
#include <utility>

#include "plugins/redis/address.hpp"
#include "plugins/redis/deadline.hpp"

struct addrinfo;

namespace connector_host_plugins::redis {

class Socket {
 public:
  // Every address of the name is tried, in order, each for its share of the time that is left. Throws RedisError: that of
  // the last address.
  static Socket connect(const Address&, const Limit&);
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  // How many bytes went; 0: not now, wait. Throw RedisError when the connection is gone. Never raise SIGPIPE.
  std::size_t send(const char* data, std::size_t size);
  std::size_t receive(char* data, std::size_t size);
  // Returns once any of events (POLLIN, POLLOUT) or an error is there. Throws RedisError at the deadline or on cancel.
  void wait(short events, const Limit&) const;
  // Nothing to read, and not closed by the other side.
  bool quiet() const;
  int fd() const { return fd_; }

 private:
  explicit Socket(int fd) : fd_(fd) {}
  static Socket open(int family);
  static Socket connect_unix(const Address&, const Limit&);
  static Socket connect_one(const addrinfo&, const Limit&);
  void start_connecting(const void* address, unsigned size, const Limit&);
  void set_tcp_options() const;

  int fd_;
};

}  // namespace connector_host_plugins::redis
