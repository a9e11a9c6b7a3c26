#include "fake_redis.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace connector_tests {
namespace {

// Takes one whole command from the front of the bytes, if there is one.
std::optional<FakeRedis::Command> take_command(std::string& bytes) {
  std::size_t at = 0;
  const auto number = [&]() -> std::optional<std::size_t> {
    const std::size_t end = bytes.find("\r\n", at);
    if (end == std::string::npos) return std::nullopt;
    const std::size_t value = std::stoul(bytes.substr(at + 1, end - at - 1));
    at = end + 2;
    return value;
  };
  const auto count = number();
  if (!count) return std::nullopt;
  FakeRedis::Command command;
  while (command.size() < *count) {
    const auto size = number();
    if (!size || bytes.size() < at + *size + 2) return std::nullopt;
    command.push_back(bytes.substr(at, *size));
    at += *size + 2;
  }
  bytes.erase(0, at);
  return command;
}

}  // namespace

FakeRedis::FakeRedis(Handler handler)
    : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  auto* raw = reinterpret_cast<sockaddr*>(&name);
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 16) != 0 ||
      getsockname(listener_, raw, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(name.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

FakeRedis::~FakeRedis() {
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (const int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
  for (const int fd : sockets_) ::close(fd);
  ::close(listener_);
}

int FakeRedis::connections() const {
  std::lock_guard lock(mutex_);
  return int(sockets_.size());
}

void FakeRedis::send(int connection, const std::string& bytes) {
  int fd = -1;
  {
    std::lock_guard lock(mutex_);
    fd = sockets_.at(std::size_t(connection));
  }
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t some = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (some <= 0) return;  // the plugin has closed it
    sent += std::size_t(some);
  }
}

void FakeRedis::hang_up(int connection) {
  std::lock_guard lock(mutex_);
  ::shutdown(sockets_.at(std::size_t(connection)), SHUT_RDWR);
}

void FakeRedis::accept_all() {
  for (int fd; (fd = ::accept(listener_, nullptr, nullptr)) >= 0;) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::lock_guard lock(mutex_);
    const int number = int(sockets_.size());
    sockets_.push_back(fd);
    threads_.emplace_back([this, number, fd] { serve(number, fd); });
  }
}

void FakeRedis::serve(int connection, int fd) {
  std::string bytes;
  char input[4096];
  for (ssize_t got; (got = ::recv(fd, input, sizeof input, 0)) > 0;) {
    bytes.append(input, std::size_t(got));
    while (const auto command = take_command(bytes)) send(connection, answer(connection, *command));
  }
}

std::string FakeRedis::answer(int connection, const Command& command) {
  if (const auto own = handler_(connection, command)) return *own;
  const std::string& word = command[0];
  if (word == "SELECT" || word == "AUTH" || word == "EVALSHA") return "+OK\r\n";
  if (word == "PING") return "+PONG\r\n";
  if (word == "INFO") return "$39\r\n# Server\r\nredis_version:7.0.0\r\nfake:1\r\n\r\n";
  if (word == "SCRIPT")
    return "$40\r\n" + std::string(40, char('a' + command[2].size() % 26)) + "\r\n";
  if (word == "SET" && command.back() == "0")
    return "-ERR invalid expire time in 'set' command\r\n";
  return "-ERR unknown command '" + word + "'\r\n";
}

}  // namespace connector_tests
