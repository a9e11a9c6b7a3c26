#pragma once
// 127.0.0.1 for the sockets of the tests. Port 0: any.
#include <netinet/in.h>

#include <cstdint>

namespace rabbitmq_test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace rabbitmq_test
