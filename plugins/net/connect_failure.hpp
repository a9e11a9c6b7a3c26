#pragma once
// ConnectFailure: why there is no connection, in words and in what a component decides its code by.
// Thrown, never kept.
#include <stdexcept>
#include <string>

namespace connector_host_plugins::net {

class ConnectFailure : public std::runtime_error {
 public:
  enum class Kind { unreachable, timed_out, cancelled };

  ConnectFailure(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace connector_host_plugins::net
