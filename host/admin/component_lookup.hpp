#pragma once
// What the routes for connectors and for plugins both say of a component's type. Pure.
#include <string>
#include <vector>

#include "host/plugin/plugin_catalog.hpp"

namespace connector_host::admin {

// As of the last look at the folders: nobody who asks for a status makes the host load libraries. Empty: it gives none.
std::string version_of(const plugin::PluginCatalog& catalog, std::uint32_t kind, const std::string& type);

// Clients know an unknown class by how this begins.
std::string unknown_class(const std::string& name, const std::vector<std::string>& sources);

}  // namespace connector_host::admin
