#pragma once
// PluginRoutes: /connector-plugins as Kafka Connect answers it, and /admin/plugins: every library, also those that cannot
// be used, with the reason. A class is a component's type: the word that the topology uses.
//
// Dedup stores are under /admin/plugins only: clients know no such kind. Called on the server's thread.
#include <string>
#include <vector>

#include "host/admin/json_answer.hpp"
#include "host/http/request.hpp"
#include "host/plugin/plugin_catalog.hpp"
#include "host/runtime/connector_set.hpp"
#include "host/topology/component_catalog.hpp"

namespace connector_host::admin {

class PluginRoutes {
 public:
  PluginRoutes(plugin::PluginCatalog& catalog, topology::ComponentCatalog& components, const runtime::ConnectorSet& connectors)
      : catalog_(catalog), components_(components), connectors_(connectors) {}

  // at[0] is "connector-plugins". Throws Refusal.
  http::Response answer(const http::Request& request, const std::vector<std::string>& at);
  // at: admin, plugins, and maybe rescan.
  http::Response answer_admin(const http::Request& request, const std::vector<std::string>& at);

 private:
  http::Response list(bool connectors_only) const;
  http::Response config_of(const http::Request& request, const std::string& type) const;
  http::Response validate(const http::Request& request, const std::string& type) const;
  Json libraries() const;

  plugin::PluginCatalog& catalog_;
  topology::ComponentCatalog& components_;
  const runtime::ConnectorSet& connectors_;
};

}  // namespace connector_host::admin
