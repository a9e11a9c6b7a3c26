#pragma once
// Sockets of the tests on 127.0.0.1. Port 0: any free port.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>

namespace rabbitmq_test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Binds the socket to a free port and listens. Returns the port; throws std::runtime_error.
inline std::uint16_t listen_on_loopback(int socket) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  const bool listens = ::bind(socket, plain, size) == 0 && ::listen(socket, 16) == 0;
  if (!listens || ::getsockname(socket, plain, &size) != 0)
    throw std::runtime_error("cannot listen on 127.0.0.1");
  return ntohs(address.sin_port);
}

}  // namespace rabbitmq_test
