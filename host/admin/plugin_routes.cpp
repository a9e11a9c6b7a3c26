#include "host/admin/plugin_routes.hpp"

#include <algorithm>
#include <map>

#include "connector/kind.hpp"
#include "connector/view.hpp"
#include "host/admin/component_lookup.hpp"
#include "host/admin/config_keys.hpp"
#include "host/admin/connector_routes.hpp"
#include "host/admin/refusal.hpp"

namespace connector_host::admin {
namespace {

using topology::FlatConfig;

const char* connect_word(std::uint32_t kind) {
  return kind == CONNECTOR_SOURCE ? "source" : kind == CONNECTOR_SINK ? "sink" : kind == CONNECTOR_TRANSFORM ? "transformation" : nullptr;
}

// Kafka Connect takes a class with or without this ending, and any last part of its name.
std::string without_ending(std::string name) {
  constexpr std::string_view ending = "Connector";
  if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
  return name;
}

// There is one version of a plugin, so no other can be asked for.
void check_version(const http::Request& request, const std::string& plugin, const std::string& version) {
  const std::string wanted(request.parameter("version").value_or(""));
  if (wanted.empty() || wanted == version || wanted == "latest") return;
  throw Refusal(400, "There is no version " + wanted + " of plugin " + plugin + ", only " + (version.empty() ? "one that says none" : version) + ".");
}

Json value_of(const Json& definition, const Json& recommended, const FlatConfig& flat, const std::multimap<std::string, std::string>& errors) {
  const std::string key = definition["name"];
  const auto given = flat.find(key);
  Json of_key = Json::array();
  const auto [first, last] = errors.equal_range(key);
  for (auto at = first; at != last; ++at) of_key.push_back(at->second);
  return {{"name", key},
          {"value", given == flat.end() ? definition["default_value"] : Json(topology::shown_value(given->second, definition["type"] == "PASSWORD"))},
          {"recommended_values", recommended},
          {"errors", of_key},
          {"visible", true}};
}

}  // namespace

http::Response PluginRoutes::answer(const http::Request& request, const std::vector<std::string>& at) {
  if (at.size() == 1) {
    if (request.method != "GET") return only("GET");
    std::string only_connectors(request.parameter("connectorsOnly").value_or("true"));
    std::transform(only_connectors.begin(), only_connectors.end(), only_connectors.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return list(only_connectors != "false");
  }
  if (at.size() == 3 && at[2] == "config") return request.method == "GET" ? config_of(request, at[1]) : only("GET");
  if (at.size() == 4 && at[2] == "config" && at[3] == "validate") return request.method == "PUT" ? validate(request, at[1]) : only("PUT");
  throw Refusal(404, "HTTP 404 Not Found");
}

http::Response PluginRoutes::list(bool connectors_only) const {
  Json out = Json::array();
  for (const plugin::PluginEntry& library : catalog_.entries()) {
    for (const plugin::ComponentEntry& each : library.components) {
      const char* word = connect_word(each.kind);
      if (!word || !each.shadowed_by.empty() || (connectors_only && each.kind == CONNECTOR_TRANSFORM)) continue;
      Json entry = {{"class", each.type}, {"type", word}};
      if (!library.version.empty()) entry["version"] = library.version;
      out.push_back(std::move(entry));
    }
  }
  return json_answer(out);
}

http::Response PluginRoutes::config_of(const http::Request& request, const std::string& name) const {
  const std::string type = without_ending(name);
  const auto known = [&](int kind) {
    const auto types = components_.types(std::uint32_t(kind));
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  if (!known(CONNECTOR_SOURCE)) components_.find(CONNECTOR_SOURCE, type);  // looks whether it has come, once
  for (const auto& [kind, role] :
       {std::pair{CONNECTOR_SOURCE, "source"}, {CONNECTOR_SINK, "sink"}, {CONNECTOR_TRANSFORM, "transforms.NAME"}, {CONNECTOR_DEDUP, "dedup"}}) {
    const connector_component* component = known(kind) ? components_.find(std::uint32_t(kind), type) : nullptr;
    if (!component) continue;
    check_version(request, name, version_of(catalog_, std::uint32_t(kind), type));
    ConfigKeys keys;
    keys.add_component(*component, role);
    if (kind == CONNECTOR_SOURCE) keys.add_host_keys();
    return json_answer(keys.definitions());
  }
  throw Refusal(404, "Unknown plugin " + name + ".");
}

http::Response PluginRoutes::validate(const http::Request& request, const std::string& type) const {
  FlatConfig flat = flat_config_of(parse_object(request.body));
  const auto wanted = flat.find("connector.class");
  if (wanted == flat.end()) throw Refusal(400, "Connector config {} contains no connector type");
  if (!without_ending(wanted->second).ends_with(without_ending(type)))
    throw Refusal(400, "Included connector type " + wanted->second + " does not match request type " + type);
  if (!components_.find(CONNECTOR_SOURCE, wanted->second)) throw Refusal(400, unknown_class(wanted->second, components_.types(CONNECTOR_SOURCE)));
  const std::string name = flat.contains("name") ? flat["name"] : "";
  const topology::LoadedConnector loaded = connectors_.validate(name.empty() ? "unnamed" : name, flat);
  std::multimap<std::string, std::string> errors;
  for (const topology::KeyProblem& each : loaded.problems)
    errors.emplace(each.key.empty() ? "connector.class" : each.key, each.what + (each.fix.empty() ? "" : "; " + each.fix));
  if (name.empty()) errors.emplace("name", "is required: the connector's name; add it");

  ConfigKeys keys = ConfigKeys::of(components_, flat);
  for (const auto& [key, text] : errors) keys.add_unknown(key);
  Json configs = Json::array();
  for (const Json& definition : keys.definitions())
    configs.push_back({{"definition", definition}, {"value", value_of(definition, keys.recommended(definition["name"]), flat, errors)}});
  return json_answer({{"name", wanted->second}, {"error_count", errors.size()}, {"groups", keys.groups()}, {"configs", configs}});
}

http::Response PluginRoutes::answer_admin(const http::Request& request, const std::vector<std::string>& at) {
  const bool rescans = at.size() == 3 && at[2] == "rescan";
  if (at.size() != 2 && !rescans) throw Refusal(404, "HTTP 404 Not Found");
  if (request.method != (rescans ? "POST" : "GET")) return only(rescans ? "POST" : "GET");
  if (rescans) catalog_.rescan();
  return json_answer(libraries());
}

Json PluginRoutes::libraries() const {
  Json directories = Json::array(), plugins = Json::array();
  for (const plugin::DirectoryEntry& each : catalog_.directories()) {
    directories.push_back({{"path", each.path}, {"exists", each.exists}, {"error", each.error.empty() ? Json(nullptr) : Json(each.error)}});
  }
  for (const plugin::PluginEntry& each : catalog_.entries()) {
    Json components = Json::array();
    for (const plugin::ComponentEntry& component : each.components) {
      Json entry = {{"kind", std::string(connector::kind_name(component.kind))}, {"type", component.type}};
      if (!component.shadowed_by.empty()) entry["shadowed_by"] = component.shadowed_by;
      components.push_back(std::move(entry));
    }
    plugins.push_back({{"path", each.path},
                       {"usable", each.library != nullptr},
                       {"error", each.error.empty() ? Json(nullptr) : Json(each.error)},
                       {"name", each.name},
                       {"version", each.version},
                       {"abi", each.abi},
                       {"sha256", each.sha256},
                       {"components", components}});
  }
  return {{"directories", directories}, {"plugins", plugins}};
}

}  // namespace connector_host::admin
