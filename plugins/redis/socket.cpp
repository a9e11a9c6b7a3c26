#include "plugins/redis/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "plugins/net/connect_failure.hpp"
#include "plugins/net/dialer.hpp"
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

Socket Socket::connect(const Address& address, const net::Limit& limit) {
  try {
    if (address.is_unix())
      return Socket(net::dial_path(address.path(), limit));  // Address has checked that it fits
    Socket made(net::dial(address.host(), address.port(), limit));
    made.set_keepalive();
    return made;
  } catch (const net::ConnectFailure& failure) {
    switch (failure.kind()) {
      case net::ConnectFailure::Kind::cancelled:
        throw RedisError(Failure::cancelled, CONNECTOR_RETRIABLE, failure.what());
      case net::ConnectFailure::Kind::timed_out:
        throw RedisError(Failure::timeout, CONNECTOR_RETRIABLE, failure.what());
      case net::ConnectFailure::Kind::unreachable:
        break;
    }
    throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, failure.what());
  }
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

// Keepalive finds a peer that vanished while the connection was idle; a call in progress has its
// own deadline.
void Socket::set_keepalive() const {
  const int idle = 30, interval = 10, probes = 3;
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

void Socket::wait(short events, const net::Limit& limit) const {
  pollfd polled[] = {{fd_, events, 0},
                     {limit.cancellation ? limit.cancellation->descriptor() : -1, POLLIN, 0}};
  for (;;) {
    const int remaining = limit.deadline.poll_timeout();
    // Also while there is something to read: a server that sends without end must not hold the
    // call.
    if (remaining == 0)
      throw RedisError(Failure::timeout, CONNECTOR_RETRIABLE, "no answer within the time limit");
    const int ready = ::poll(polled, 2, remaining);
    if (ready < 0 && errno != EINTR) throw lost(reason(errno));
    if (ready > 0 && polled[1].revents != 0)
      throw RedisError(Failure::cancelled, CONNECTOR_RETRIABLE, "cancelled");
    if (ready > 0) return;
  }
}

bool Socket::quiet() const {
  pollfd polled{fd_, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 0;
}

}  // namespace connector_host_plugins::redis
