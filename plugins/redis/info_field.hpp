#pragma once
// info_field: one line of the answer to INFO. A view into that answer; empty when it is not there.
// No state.
#include <string>
#include <string_view>

namespace connector_host_plugins::redis {

inline std::string_view info_field(std::string_view info, std::string_view name) {
  const std::string start = "\n" + std::string(name) + ":";
  const std::size_t at = info.find(start);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = info.substr(at + start.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

}  // namespace connector_host_plugins::redis
