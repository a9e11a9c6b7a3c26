#include "host/runtime/plugin_refusal.hpp"

#include <string_view>

namespace connector_host::runtime {

topology::KeyProblem plugin_refusal(const std::string& name, const topology::FlatConfig& flat, const std::string& why) {
  const topology::KeyProblem of_connector{"", why, ""};
  const std::string connector = "connectors." + name + ".";
  constexpr std::string_view begin = ": option '", end = "': ";
  const std::size_t option = why.find(begin), text = option == std::string::npos ? option : why.find(end, option + begin.size());
  if (!why.starts_with(connector) || text == std::string::npos) return of_connector;
  const std::string component = why.substr(connector.size(), option - connector.size());
  const std::string key = component + "." + why.substr(option + begin.size(), text - option - begin.size());
  if (!flat.contains(key)) return of_connector;
  return {key, why.substr(text + end.size()), ""};
}

}  // namespace connector_host::runtime
