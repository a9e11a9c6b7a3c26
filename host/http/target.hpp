#pragma once
// The target of a request line: "/path?query", "http://host/path?query" or "*". Pure function.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/http/request.hpp"

namespace connector_host::http {

struct Target {
  std::string path;
  std::vector<std::string> segments;
  Query query;
};

// Nothing for what is no target. A control character and a wrong escape are refused as well. An encoded slash is a slash
// within its segment, and stays encoded in the path: nowhere can it be taken for a separator.
std::optional<Target> parse_target(std::string_view text);

}  // namespace connector_host::http
