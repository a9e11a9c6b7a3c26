#pragma once
// RedisError: a failed call with the kind of failure that it is counted as.
//
// The code in it is what the host decides by; the kind only feeds the counters. Thrown, never kept.
#include <connector/error.hpp>
#include <cstdint>
#include <string>

namespace connector_host_plugins::redis {

// The values are indexes into RedisStore::metrics.
enum class Failure : std::uint32_t {
  connecting = 1,
  lost = 2,
  timeout = 3,
  error_reply = 4,
  foreign_value = 5,
  cancelled = 6
};

class RedisError : public connector::Error {
 public:
  RedisError(Failure failure, connector_code code, const std::string& what)
      : Error(code, what), failure_(failure) {}
  Failure failure() const { return failure_; }

 private:
  Failure failure_;
};

}  // namespace connector_host_plugins::redis
