#include "plugins/redis/socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "plugins/redis/name_lookup.hpp"
#include "plugins/redis/redis_error.hpp"

namespace connector_host_plugins::redis {
namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

RedisError lost(const std::string& why) {
  return {Failure::lost, CONNECTOR_NOT_CONNECTED, "the connection was lost: " + why};
}

}  // namespace

Socket Socket::connect(const Address& address, const Limit& limit) {
  if (address.is_unix()) return connect_unix(address, limit);
  const Addresses addresses = resolve(address.host(), address.port(), limit);
  int untried = 0;
  for (const addrinfo* each = addresses.get(); each; each = each->ai_next) ++untried;
  std::optional<RedisError> last;
  // One address that does not answer must not use up the time of the others behind the same name.
  for (const addrinfo* each = addresses.get(); each; each = each->ai_next, --untried) {
    const Limit share{limit.deadline.or_sooner(std::chrono::milliseconds(limit.deadline.remaining_ms() / untried)), limit.cancellation};
    try {
      return connect_one(*each, share);
    } catch (const RedisError& error) {
      if (error.failure() != Failure::connecting && error.failure() != Failure::timeout) throw;
      last = error;
    }
  }
  throw last.value_or(RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "the name has no address"));
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Socket Socket::open(int family) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "cannot make a socket: " + reason(errno));
  return Socket(fd);
}

Socket Socket::connect_unix(const Address& address, const Limit& limit) {
  Socket made = open(AF_UNIX);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address.path().data(), address.path().size());  // Address has checked that it fits
  made.start_connecting(&name, sizeof name, limit);
  return made;
}

Socket Socket::connect_one(const addrinfo& address, const Limit& limit) {
  Socket made = open(address.ai_family);
  made.set_tcp_options();
  made.start_connecting(address.ai_addr, address.ai_addrlen, limit);
  return made;
}

void Socket::start_connecting(const void* address, unsigned size, const Limit& limit) {
  int error = ::connect(fd_, static_cast<const sockaddr*>(address), size) == 0 ? 0 : errno;
  if (error == EINPROGRESS || error == EINTR) {
    wait(POLLOUT, limit);
    socklen_t length = sizeof error;
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  }
  if (error != 0) throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "cannot connect: " + reason(error));
}

// Keepalive finds a peer that vanished while the connection was idle; a call in progress has its own deadline.
void Socket::set_tcp_options() const {
  const int on = 1, idle = 30, interval = 10, probes = 3;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(fd_, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(fd_, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  setsockopt(fd_, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

std::size_t Socket::send(const char* data, std::size_t size) {
  const ssize_t sent = ::send(fd_, data, size, MSG_NOSIGNAL);
  if (sent >= 0) return std::size_t(sent);
  if (errno != EAGAIN && errno != EINTR) throw lost(reason(errno));
  return 0;
}

std::size_t Socket::receive(char* data, std::size_t size) {
  const ssize_t received = ::recv(fd_, data, size, 0);
  if (received > 0) return std::size_t(received);
  if (received == 0) throw lost("the server closed it");
  if (errno != EAGAIN && errno != EINTR) throw lost(reason(errno));
  return 0;
}

void Socket::wait(short events, const Limit& limit) const {
  pollfd polled[] = {{fd_, events, 0}, {limit.cancellation ? limit.cancellation->fd() : -1, POLLIN, 0}};
  for (;;) {
    const int remaining = limit.deadline.remaining_ms();
    // Also while there is something to read: a server that sends without end must not hold the call.
    if (remaining == 0) throw RedisError(Failure::timeout, CONNECTOR_RETRIABLE, "no answer within the time limit");
    const int ready = ::poll(polled, 2, remaining);
    if (ready < 0 && errno != EINTR) throw lost(reason(errno));
    if (ready > 0 && polled[1].revents != 0) throw RedisError(Failure::cancelled, CONNECTOR_RETRIABLE, "cancelled");
    if (ready > 0) return;
  }
}

bool Socket::quiet() const {
  pollfd polled{fd_, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 0;
}

}  // namespace connector_host_plugins::redis
