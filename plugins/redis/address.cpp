#include "plugins/redis/address.hpp"

#include <sys/un.h>

#include <charconv>
#include <connector/error.hpp>

namespace connector_host_plugins::redis {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw connector::bad_config("option 'address' is '" + text + "': " + why);
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

}  // namespace

Address::Address(std::string_view text) : text_(text) {
  // A URL may hold a password, so it is not quoted.
  if (text_.find("://") != std::string::npos) {
    throw connector::bad_config(
        "option 'address' is a URL: write host:port or unix:/path, and put the rest into the "
        "options user, password, db and tls; "
        "Redis Sentinel is not supported: use an address that follows the primary");
  }
  if (text_.find_first_of(", ;") != std::string::npos) {
    refuse(text_,
           "it must name one server; lists (Redis Cluster, Sentinel) are not supported: use one "
           "address that follows the primary");
  }
  if (text_.find('@') != std::string::npos)
    throw connector::bad_config(
        "option 'address' contains '@': put user and password into the options of those names");
  text_.starts_with("unix:") ? read_path() : read_host_and_port();
}

void Address::read_path() {
  path_ = text_.substr(5);
  if (path_.empty() || path_[0] != '/')
    refuse(text_, "write unix: and an absolute path, as in unix:/run/redis/redis.sock");
  if (path_.size() >= sizeof(sockaddr_un::sun_path))
    refuse(text_, "the path is too long for a Unix socket");
}

void Address::read_host_and_port() {
  const std::size_t colon = text_.rfind(':');
  const bool bracketed = text_.starts_with('[');
  if (bracketed && (colon == std::string::npos || colon == 0 || text_[colon - 1] != ']'))
    refuse(text_, "write an IPv6 address as [::1]:6379");
  if (colon == std::string::npos || colon == 0)
    refuse(text_, "write host:port, as in localhost:6379");
  host_ = bracketed ? text_.substr(1, colon - 2) : text_.substr(0, colon);
  port_ = text_.substr(colon + 1);
  if (!bracketed && host_.find(':') != std::string::npos)
    refuse(text_, "write an IPv6 address in brackets, as [::1]:6379");
  if (host_.empty()) refuse(text_, "the host is missing; write host:port");
  if (!is_port(port_)) refuse(text_, "'" + port_ + "' is not a port from 1 to 65535");
}

}  // namespace connector_host_plugins::redis
