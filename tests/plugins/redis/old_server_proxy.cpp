#include "old_server_proxy.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>
#include <vector>

namespace connector_tests {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(std::uint16_t(port));
  return name;
}

bool pass_on(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(std::size_t(sent));
  }
  return true;
}

}  // namespace

OldServerProxy::OldServerProxy(std::string server_address)
    : server_(std::move(server_address)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in name = loopback(0);
  socklen_t size = sizeof name;
  auto* raw = reinterpret_cast<sockaddr*>(&name);
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 64) != 0 ||
      getsockname(listener_, raw, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(name.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

OldServerProxy::~OldServerProxy() {
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  ::close(listener_);
}

void OldServerProxy::accept_all() {
  std::vector<std::jthread> relays;  // each ends when its client does
  for (int client; (client = ::accept(listener_, nullptr, nullptr)) >= 0;)
    relays.emplace_back([this, client] { relay(client); });
}

int OldServerProxy::connect() const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in name = loopback(std::stoi(server_.substr(server_.rfind(':') + 1)));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
    return ::close(fd), -1;
  return fd;
}

void OldServerProxy::relay(int client) const {
  static constexpr std::string_view understood = "-ERR invalid expire time in 'set' command\r\n",
                                    unknown = "-ERR syntax error\r\n";
  const int server = connect();
  std::string bytes(65536, '\0');
  for (bool open = server >= 0; open;) {
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    ::poll(both, 2, -1);
    for (int from = 0; from < 2 && open; ++from) {
      if (both[from].revents == 0) continue;
      const ssize_t got = ::recv(both[from].fd, bytes.data(), bytes.size(), 0);
      open = got > 0;
      if (!open) break;
      std::string part = bytes.substr(0, std::size_t(got));
      if (const std::size_t at = part.find(understood); from == 1 && at != std::string::npos)
        part.replace(at, understood.size(), unknown);
      open = pass_on(both[1 - from].fd, part);
    }
  }
  ::close(client);
  if (server >= 0) ::close(server);
}

}  // namespace connector_tests
