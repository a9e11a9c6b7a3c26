#include "host/topology/problem.hpp"

#include <nlohmann/json.hpp>

namespace connector_host::topology {

std::string Problem::line() const {
  std::string out = place.file;
  if (place.line > 0) out += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  out += ": " + code;
  if (!path.empty()) out += " " + path;
  return out + ": " + what + "; " + fix;
}

std::string Problem::json() const {
  const nlohmann::ordered_json object = {{"file", place.file}, {"line", place.line}, {"column", place.column}, {"code", code}, {"path", path},
                                         {"what", what},       {"fix", fix}};
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace connector_host::topology
