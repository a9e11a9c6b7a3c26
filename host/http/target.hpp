#pragma once
// The target of a request line: "/path?query", "http://host/path?query" or "*". Pure function.
#include <optional>
#include <string>
#include <string_view>

#include "host/http/request.hpp"

namespace connector_host::http {

struct Target {
  std::string path;
  Query query;
};

// Nothing for what is no target. An encoded slash, a control character and a wrong escape are refused as well: nothing
// that a proxy in front might read in another way reaches the routes.
std::optional<Target> parse_target(std::string_view text);

}  // namespace connector_host::http
