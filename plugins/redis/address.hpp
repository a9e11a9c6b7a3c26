#pragma once
// Address: where the Redis server is, as the option `address` says it: host:port, [IPv6]:port or
// unix:/path.
//
// One server only: lists, URLs and Sentinel are refused with what to write instead. An immutable
// value; any thread.
#include <string>
#include <string_view>

namespace connector_host_plugins::redis {

class Address {
 public:
  explicit Address(std::string_view text);  // throws BAD_CONFIG

  bool is_unix() const { return !path_.empty(); }
  const std::string& path() const { return path_; }
  const std::string& host() const { return host_; }
  const std::string& port() const { return port_; }
  const std::string& text() const { return text_; }  // as written, for messages

 private:
  void read_path();
  void read_host_and_port();

  std::string text_, path_, host_, port_;
};

}  // namespace connector_host_plugins::redis
