#include "plugins/rabbitmq/dialer.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

std::string words(int error) {
  return std::generic_category().message(error);
}

// 0, or the errno of the failure.
int finish_connect(int socket, const Deadline& deadline, const Interruption& interruption) {
  pollfd waiting[] = {{socket, POLLOUT, 0}, {interruption.descriptor(), POLLIN, 0}};
  int ready = 0;
  do ready = ::poll(waiting, 2, deadline.poll_timeout());
  while (ready < 0 && errno == EINTR);
  if (waiting[1].revents) return ECANCELED;
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

int connect_to(const addrinfo& address, const Deadline& deadline, const Interruption& interruption, int& error) {
  const int socket = ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  error = socket < 0 ? errno : 0;
  if (socket < 0) return -1;
  const int one = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
  if (::connect(socket, address.ai_addr, address.ai_addrlen) != 0) error = errno == EINPROGRESS ? finish_connect(socket, deadline, interruption) : errno;
  if (error == 0) return socket;
  ::close(socket);
  return -1;
}

}  // namespace

int dial(const std::string& host, std::uint16_t port, const Deadline& deadline, const Interruption& interruption) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string place = host + ':' + std::to_string(port);
  if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0) {
    throw connector::not_connected("cannot find RabbitMQ's host " + host + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  int error = EADDRNOTAVAIL, untried = 0;
  for (const addrinfo* each = found; each; each = each->ai_next) ++untried;
  // One address that does not answer must not use up the time of the others behind the same name.
  for (const addrinfo* each = found; each && !interruption.cancelled(); each = each->ai_next, --untried) {
    if (const int socket = connect_to(*each, deadline.at_most(deadline.left() / untried), interruption, error); socket >= 0) return socket;
  }
  throw connector::not_connected("cannot connect to RabbitMQ at " + place + ": " + words(interruption.cancelled() ? ECANCELED : error));
}

}  // namespace connector_host_plugins::rabbitmq
