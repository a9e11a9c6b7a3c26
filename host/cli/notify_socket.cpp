#include "host/cli/notify_socket.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

namespace connector_host::cli {
namespace {

constexpr timeval patience{.tv_sec = 1, .tv_usec = 0};

}  // namespace

NotifySocket::NotifySocket(const std::string& address) {
  const bool is_abstract = address.starts_with('@');
  if ((!is_abstract && !address.starts_with('/')) || address.size() >= sizeof(address_.sun_path)) return;
  address_.sun_family = AF_UNIX;
  std::memcpy(address_.sun_path, address.data(), address.size());
  if (is_abstract) address_.sun_path[0] = '\0';
  // A name of the abstract namespace ends with the length, a path with its zero.
  length_ = socklen_t(offsetof(sockaddr_un, sun_path) + address.size() + (is_abstract ? 0 : 1));
  socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket_.is_open()) ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

std::string NotifySocket::send(std::string_view message) const {
  ssize_t sent = 0;
  do {
    sent = ::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address_), length_);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? std::generic_category().message(errno) : "";
}

}  // namespace connector_host::cli
