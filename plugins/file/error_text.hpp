#pragma once
// The system's words for an errno value. Thread-safe.
#include <string>
#include <system_error>

namespace connector_host_plugins::file {

inline std::string error_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace connector_host_plugins::file
