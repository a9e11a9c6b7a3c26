#pragma once
// RawClient: a TCP client that sends any bytes and reads what comes, each read within a deadline.
// For tests.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace connector_host::http {

struct Answer {
  int status = 0;  // 0: the connection ended without one
  std::string head, body;

  bool has(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* ipv6 = nullptr)
      : descriptor_(socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (ipv6 ? connect_ipv6(port, ipv6) : connect_ipv4(port))
      throw std::runtime_error("cannot connect to the server under test");
  }
  // A Unix socket.
  explicit RawClient(const std::string& socket_path)
      : descriptor_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect to " + socket_path);
  }
  ~RawClient() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  RawClient(RawClient&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), read_(std::move(other.read_)) {}
  RawClient& operator=(RawClient&&) = delete;

  // False: the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(std::size_t(sent));
    }
    return true;
  }
  void end_sending() { shutdown(descriptor_, SHUT_WR); }

  enum class Expect { body, no_body };
  Answer read(Expect expect = Expect::body,
              std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    Answer answer;
    std::size_t end;
    while ((end = read_.find("\r\n\r\n")) == std::string::npos)
      if (!read_some(deadline)) return answer;
    answer.head = read_.substr(0, end + 2);
    answer.status = std::atoi(answer.head.c_str() + 9);
    const std::size_t length = expect == Expect::body ? content_length(answer.head) : 0;
    while (read_.size() < end + 4 + length)
      if (!read_some(deadline)) break;
    answer.body = read_.substr(end + 4, length);
    read_.erase(0, end + 4 + length);
    return answer;
  }
  // True: the server ends the connection within the limit. What it still sends is dropped.
  bool is_ended(std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (read_some(deadline)) read_.clear();
    return ended_;
  }

 private:
  bool connect_ipv4(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0;
  }
  bool connect_ipv6(std::uint16_t port, const char* host) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    inet_pton(AF_INET6, host, &address.sin6_addr);
    return connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0;
  }
  bool read_some(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd wait{descriptor_, POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, int(left.count())) != 1) return false;
    char bytes[4096];
    const ssize_t size = recv(descriptor_, bytes, sizeof bytes, 0);
    ended_ = size <= 0;
    if (size > 0) read_.append(bytes, std::size_t(size));
    return size > 0;
  }
  static std::size_t content_length(const std::string& head) {
    const std::size_t at = head.find("\r\nContent-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 18, nullptr, 10);
  }

  int descriptor_;
  std::string read_;
  bool ended_ = false;
};

}  // namespace connector_host::http
