#include "tests/integration/http_get.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <strings.h>
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

// By its Content-Length; not every server closes the connection when it is asked to.
bool is_whole(const std::string& all) {
  const std::size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string length = Answer{0, "", all.substr(0, end + 2)}.header("Content-Length");
  return !length.empty() && all.size() >= end + 4 + std::strtoul(length.c_str(), nullptr, 10);
}

std::string ask(std::uint16_t port, const std::string& request, std::chrono::seconds wait) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{wait.count(), 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const sockaddr_in address = loopback(port);
  std::string all;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == ssize_t(request.size())) {
    char buffer[65536];
    for (ssize_t got; !is_whole(all) && (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
      all.append(buffer, std::size_t(got));
  }
  ::close(fd);
  return all;
}

// A body in chunks, put together.
std::string joined(const std::string& chunks) {
  std::string body;
  for (std::size_t at = 0; at < chunks.size();) {
    const std::size_t size = std::strtoul(chunks.c_str() + at, nullptr, 16),
                      line_end = chunks.find("\r\n", at);
    if (size == 0 || line_end == std::string::npos) break;
    body += chunks.substr(line_end + 2, size);
    at = line_end + 2 + size + 2;
  }
  return body;
}

std::string text_of(const Question& question) {
  std::string text = question.method + " " + question.path + " HTTP/1.1\r\nHost: " + question.host;
  bool has_coding = false;
  for (const auto& [name, value] : question.headers) {
    text += "\r\n" + name + ": " + value;
    has_coding = has_coding || name == "Transfer-Encoding";
  }
  if (!has_coding) text += "\r\nContent-Length: " + std::to_string(question.body.size());
  return text + "\r\nConnection: close\r\n\r\n" + question.body;
}

}  // namespace

std::string Answer::header(const std::string& name) const {
  for (std::size_t at = head.find("\r\n"); at != std::string::npos;
       at = head.find("\r\n", at + 2)) {
    const std::size_t colon = at + 2 + name.size();
    if (colon >= head.size() || head[colon] != ':' ||
        ::strncasecmp(head.c_str() + at + 2, name.c_str(), name.size()) != 0)
      continue;
    const std::size_t from = head.find_first_not_of(' ', colon + 1);
    return head.substr(from, head.find("\r\n", colon) - from);
  }
  return {};
}

Answer http_ask(std::uint16_t port, const Question& question, std::chrono::seconds limit) {
  const std::string all = ask(port, text_of(question), limit);
  const std::size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos || all.size() < 12) return {};
  Answer answer{std::atoi(all.c_str() + 9), all.substr(end + 4), all.substr(0, end + 2)};
  if (answer.header("Transfer-Encoding") == "chunked") answer.body = joined(answer.body);
  return answer;
}

Answer http_get(std::uint16_t port, const std::string& path) {
  return http_send(port, "GET", path);
}

Answer http_send(std::uint16_t port, const std::string& method, const std::string& path,
                 const std::string& host) {
  return http_ask(port, {method, path, "", {}, host});
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
