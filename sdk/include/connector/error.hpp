#pragma once
// connector::Error: the one exception a plugin throws on purpose. It carries the code that the host decides by.
//
// Any other exception that reaches the boundary becomes RETRIABLE with its text: nothing is lost by trying again, and
// the breaker shows it. Throwing is for calls that failed as a whole; one record's fate goes into Outcomes.
#include <cstdint>
#include <stdexcept>
#include <string>

#include "connector/abi.h"

namespace connector {

class Error : public std::runtime_error {
 public:
  Error(connector_code code, const std::string& what, std::uint32_t retry_after_ms = 0)
      : std::runtime_error(what), code_(code), retry_after_ms_(retry_after_ms) {}

  connector_code code() const { return code_; }
  std::uint32_t retry_after_ms() const { return retry_after_ms_; }  // 0: the host's backoff decides

 private:
  connector_code code_;
  std::uint32_t retry_after_ms_;
};

inline Error retriable(const std::string& what) {
  return {CONNECTOR_RETRIABLE, what};
}
inline Error not_connected(const std::string& what) {
  return {CONNECTOR_NOT_CONNECTED, what};
}
inline Error bad_config(const std::string& what) {
  return {CONNECTOR_BAD_CONFIG, what};
}
inline Error fatal(const std::string& what) {
  return {CONNECTOR_FATAL, what};
}

}  // namespace connector
