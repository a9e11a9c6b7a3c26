#include "tests/integration/http_get.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

namespace integration {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string ask(std::uint16_t port, const std::string& request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{5, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const sockaddr_in address = loopback(port);
  std::string all;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == ssize_t(request.size())) {
    char buffer[65536];
    for (ssize_t got; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) all.append(buffer, std::size_t(got));
  }
  ::close(fd);
  return all;
}

}  // namespace

Answer http_get(std::uint16_t port, const std::string& path) {
  return http_send(port, "GET", path);
}

Answer http_send(std::uint16_t port, const std::string& method, const std::string& path, const std::string& host) {
  const std::string all = ask(port, method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  const std::size_t body = all.find("\r\n\r\n");
  if (body == std::string::npos || all.size() < 12) return {};
  return {std::atoi(all.c_str() + 9), all.substr(body + 4)};
}

double metric(std::uint16_t port, const std::string& name) {
  const std::string page = "\n" + http_get(port, "/metrics").body;
  const std::size_t at = page.find("\n" + name + "{");
  const std::size_t value = at == std::string::npos ? at : page.find("} ", at);
  return value == std::string::npos ? -1 : std::atof(page.c_str() + value + 2);
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace integration
