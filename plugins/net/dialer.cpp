#include "plugins/net/dialer.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "plugins/net/connect_failure.hpp"
#include "plugins/net/name_lookup.hpp"

namespace connector_host_plugins::net {
namespace {

using Kind = ConnectFailure::Kind;

std::string words(int error) {
  return std::generic_category().message(error);
}

// 0, or the errno of the failure.
int finish_connect(int socket, const Limit& limit) {
  pollfd waiting[] = {{socket, POLLOUT, 0},
                      {limit.cancellation ? limit.cancellation->descriptor() : -1, POLLIN, 0}};
  int ready = 0;
  do ready = ::poll(waiting, 2, limit.deadline.poll_timeout());
  while (ready < 0 && errno == EINTR);
  if (ready < 0) return errno;
  if (waiting[1].revents) return ECANCELED;
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

ConnectFailure failure_of(int error) {
  if (error == ECANCELED) return {Kind::cancelled, "cancelled"};
  if (error == ETIMEDOUT) return {Kind::timed_out, "no answer within the time limit"};
  return {Kind::unreachable, "cannot connect: " + words(error)};
}

int connect_to(const sockaddr* address, socklen_t size, const Limit& limit) {
  const int socket = ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) throw ConnectFailure(Kind::unreachable, "cannot make a socket: " + words(errno));
  const int one = 1;  // of a socket of a path both are refused, which is fine
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
  int error = ::connect(socket, address, size) == 0 ? 0 : errno;
  if (error == EINPROGRESS || error == EINTR) error = finish_connect(socket, limit);
  if (error == 0) return socket;
  ::close(socket);
  throw failure_of(error);
}

}  // namespace

int dial(const std::string& host, const std::string& port, const Limit& limit) {
  const Addresses addresses = resolve(host, port, limit);
  int untried = 0;
  for (const addrinfo* each = addresses.get(); each; each = each->ai_next) ++untried;
  std::optional<ConnectFailure> last;
  for (const addrinfo* each = addresses.get(); each; each = each->ai_next, --untried) {
    try {
      return connect_to(
          each->ai_addr, each->ai_addrlen,
          {limit.deadline.at_most(limit.deadline.left() / untried), limit.cancellation});
    } catch (const ConnectFailure& failure) {
      if (failure.kind() == Kind::cancelled) throw;
      last = failure;
    }
  }
  throw last.value_or(ConnectFailure(Kind::unreachable, "the name has no address"));
}

int dial_path(const std::string& path, const Limit& limit) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), std::min(path.size(), sizeof name.sun_path));
  return connect_to(reinterpret_cast<const sockaddr*>(&name), sizeof name, limit);
}

}  // namespace connector_host_plugins::net
