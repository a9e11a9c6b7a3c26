#include "tests/integration/notify_listener.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace integration {
namespace {

std::vector<std::string> lines_of(const std::string& message) {
  std::vector<std::string> lines;
  std::istringstream in(message);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

NotifyListener::NotifyListener(const std::string& address)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address.data(), address.size());
  if (address.starts_with('@')) name.sun_path[0] = '\0';
  const auto length = socklen_t(offsetof(sockaddr_un, sun_path) + address.size());
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&name), length) != 0)
    throw std::runtime_error("cannot listen on " + address);
}

NotifyListener::~NotifyListener() {
  ::close(socket_);
}

const std::vector<std::string>& NotifyListener::messages() {
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::recv(socket_, buffer.data(), buffer.size(), 0)) >= 0;)
    messages_.emplace_back(buffer.data(), std::size_t(size));
  return messages_;
}

long NotifyListener::count(const std::string& beginning) {
  long found = 0;
  for (const std::string& message : messages()) {
    for (const std::string& line : lines_of(message)) found += line.starts_with(beginning);
  }
  return found;
}

std::string NotifyListener::last(const std::string& beginning) {
  std::string found;
  for (const std::string& message : messages()) {
    for (const std::string& line : lines_of(message)) {
      if (line.starts_with(beginning)) found = line.substr(beginning.size());
    }
  }
  return found;
}

}  // namespace integration
