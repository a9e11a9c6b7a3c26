#include "host/topology/path_grants.hpp"

#include <nlohmann/json.hpp>

#include "connector/view.hpp"
#include "host/files/file_access.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

// One text of a component that is a path, or may be one for its plugin: the values of maps carry no
// flag.
struct Path {
  std::string key, value;
  std::uint32_t flags = 0;  // CONNECTOR_OPT_DATA_PATH, CONNECTOR_OPT_CREDENTIAL_PATH or 0
};

void add(const std::string& key, const nlohmann::json& value, std::uint32_t flags, std::vector<Path>& out) {
  if (value.is_string() && !value.get_ref<const std::string&>().empty()) out.push_back({key, value.get<std::string>(), flags});
}

std::vector<Path> paths_of(const ComponentConfig& config, std::uint32_t kind, ComponentCatalog& catalog) {
  std::vector<Path> out;
  const connector_component* component = catalog.find(kind, config.type);
  const nlohmann::json values = nlohmann::json::parse(config.json, nullptr, false);
  for (std::uint64_t i = 0; component && values.is_object() && i < component->option_count; ++i) {
    const connector_option& option = *component->options[i];
    const std::uint32_t flags = option.flags & (CONNECTOR_OPT_DATA_PATH | CONNECTOR_OPT_CREDENTIAL_PATH);
    const std::string name(connector::text(option.name));
    const auto value = values.find(name);
    if (value == values.end()) continue;
    if (value->is_object()) {
      for (const auto& [key, text] : value->items()) add(name + "." + key, text, flags, out);
    } else if (flags != 0 && value->is_array()) {
      for (const nlohmann::json& each : *value) add(name, each, flags, out);
    } else if (flags != 0) {
      add(name, *value, flags, out);
    }
  }
  return out;
}

template <class Config, class With>
void each_component(Config& config, const With& with) {
  with(CONNECTOR_SOURCE, "source.", config.source);
  if (config.dedup) with(CONNECTOR_DEDUP, "dedup.", config.dedup->component);
  for (auto& each : config.transforms) with(CONNECTOR_TRANSFORM, "transforms." + each.name + ".", each);
  with(CONNECTOR_SINK, "sink.", config.sink);
  if (config.dead_letter) with(CONNECTOR_SINK, "dead_letter.", *config.dead_letter);
}

// The value of a reference is not shown.
std::string shown(const ComponentConfig& component, const Path& path) {
  const auto raw = component.raw.find(path.key);
  const bool is_hidden = raw != component.raw.end() && (raw->second.reference || raw->second.secret);
  return "'" + shown_name(is_hidden ? raw->second.text : path.value) + "'";
}

}  // namespace

PathGrants::PathGrants(const TopologyConfig& topology, ComponentCatalog& catalog) {
  roots_.data.roots = topology.admin.file_roots;
  roots_.credentials.roots = topology.admin.credential_roots;
  for (const ConnectorConfig& each : topology.connectors) {
    std::set<Use>& known = uses_[each.name];
    each_component(each, [&](std::uint32_t kind, const std::string&, const ComponentConfig& component) {
      for (const Path& path : paths_of(component, kind, catalog)) known.emplace(kind, component.type, path.key, path.value);
    });
  }
}

std::vector<KeyProblem> PathGrants::confine(ConnectorConfig& config, ComponentCatalog& catalog) const {
  static const std::set<Use> none;
  const auto found = uses_.find(config.name);
  const std::set<Use>& known = found == uses_.end() ? none : found->second;
  std::vector<KeyProblem> out;
  each_component(config, [&](std::uint32_t kind, const std::string& prefix, ComponentConfig& component) {
    for (KeyProblem& each : confine(known, kind, prefix, component, catalog)) out.push_back(std::move(each));
  });
  return out;
}

std::vector<KeyProblem> PathGrants::confine(const std::set<Use>& known, std::uint32_t kind, const std::string& prefix, ComponentConfig& component,
                                            ComponentCatalog& catalog) const {
  std::vector<KeyProblem> out;
  const files::FileAccess by_roots(roots_);
  component.confinement = roots_;
  for (const Path& path : paths_of(component, kind, catalog)) {
    const bool is_data = (path.flags & CONNECTOR_OPT_DATA_PATH) != 0;
    files::AllowedFiles& allowed = is_data ? component.confinement->data : component.confinement->credentials;
    if (known.contains({kind, component.type, path.key, path.value})) {
      allowed.as_in_topology.insert(path.value);
    } else if (path.flags != 0) {
      const auto refusal = by_roots.refusal(is_data ? files::Purpose::data : files::Purpose::credential, path.value);
      if (refusal) out.push_back({prefix + path.key, shown(component, path) + " " + refusal->what, refusal->fix});
    }
  }
  return out;
}

}  // namespace connector_host::topology
