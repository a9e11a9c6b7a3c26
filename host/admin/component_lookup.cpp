#include "host/admin/component_lookup.hpp"

namespace connector_host::admin {

std::string version_of(const plugin::PluginCatalog& catalog, std::uint32_t kind, const std::string& type) {
  for (const plugin::PluginEntry& library : catalog.entries()) {
    for (const plugin::ComponentEntry& each : library.components) {
      if (each.kind == kind && each.type == type && each.shadowed_by.empty()) return library.version;
    }
  }
  return "";
}

std::string unknown_class(const std::string& name, const std::vector<std::string>& sources) {
  std::string known;
  for (const std::string& each : sources) known += (known.empty() ? "" : ", ") + each;
  return "Failed to find any class that implements Connector and which name matches " + name + ", available connectors are: " + known;
}

}  // namespace connector_host::admin
