#include "host/http/listen_socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <memory>
#include <system_error>

#include "host/http/listen_error.hpp"

namespace connector_host::http {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string without_brackets(const std::string& host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

std::string shown(const std::string& host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

[[noreturn]] void refuse(const std::string& address, const std::string& why) {
  throw ListenError("cannot listen on " + address + ": " + why);
}

std::string what_to_do(int error) {
  switch (error) {
    case EADDRINUSE:
      return "; stop the process that has it, or set another port";
    case EACCES:
      return "; set a port above 1023, or give the process CAP_NET_BIND_SERVICE";
    case EADDRNOTAVAIL:
      return "; this machine does not have that address; 0.0.0.0 listens on all of its IPv4 addresses";
    case EAFNOSUPPORT:
      return "; IPv6 is switched off here; use an IPv4 address such as 0.0.0.0";
    default:
      return "; check the address and the limits of this process";
  }
}

[[noreturn]] void refuse(const std::string& address, int error) {
  std::string why = std::generic_category().message(error);
  if (!why.empty()) why.front() = char(std::tolower(static_cast<unsigned char>(why.front())));
  refuse(address, why + what_to_do(error));
}

Addresses look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code == 0 && found) return {found, freeaddrinfo};
  refuse(shown(host, port), "the name is not known (" + std::string(gai_strerror(code)) + "); use an address, or a name that this machine can look up");
}

// "localhost" is both 127.0.0.1 and ::1; clients that try the other one first come back to this.
const addrinfo& preferred(const addrinfo& first) {
  for (const addrinfo* one = &first; one; one = one->ai_next)
    if (one->ai_family == AF_INET) return *one;
  return first;
}

// Returns 0 or errno.
int bind_and_listen(int descriptor, const addrinfo& address) {
  const int on = 1, off = 0;
  // Without it a restarted host could not listen while connections of the old one are in TIME_WAIT.
  if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) return errno;
  // [::] takes IPv4 as well, whatever net.ipv6.bindv6only says.
  if (address.ai_family == AF_INET6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) return errno;
  if (bind(descriptor, address.ai_addr, address.ai_addrlen) != 0) return errno;
  return listen(descriptor, SOMAXCONN) == 0 ? 0 : errno;
}

std::uint16_t port_of(int descriptor) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  const auto port = name.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(name).sin6_port : reinterpret_cast<const sockaddr_in&>(name).sin_port;
  return ntohs(port);
}

}  // namespace

ListenSocket::ListenSocket(const std::string& host, std::uint16_t port) {
  const std::string name = without_brackets(host);
  const Addresses addresses = look_up(name, port);
  const addrinfo& address = preferred(*addresses);
  descriptor_ = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int error = descriptor_ < 0 ? errno : bind_and_listen(descriptor_, address);
  if (error != 0) {
    close();
    refuse(shown(name, port), error);
  }
  port_ = port_of(descriptor_);
}

ListenSocket::~ListenSocket() {
  close();
}

void ListenSocket::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace connector_host::http
