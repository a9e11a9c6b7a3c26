#pragma once
// HostMetrics: what /metrics says about the process beyond its connectors: reloads of the topology file, logins that failed,
// lines of the log that were lost, and the plugins there are. Asked at every scrape; stateless.
#include <vector>

#include "host/admin/access.hpp"
#include "host/cli/reloader.hpp"
#include "host/observability/log.hpp"
#include "host/observability/metrics_registry.hpp"
#include "host/plugin/plugin_catalog.hpp"

namespace connector_host::cli {

class HostMetrics {
 public:
  // All outlive it.
  HostMetrics(const Reloader& reloader, const admin::Access& access, const plugin::PluginCatalog& catalog, const observability::Log& log,
              observability::MetricsRegistry& registry);

 private:
  void collect(std::vector<observability::Family>& families) const;

  const Reloader& reloader_;
  const admin::Access& access_;
  const plugin::PluginCatalog& catalog_;
  const observability::Log& log_;
  observability::MetricsRegistry::Registration registration_;  // last: it calls collect
};

}  // namespace connector_host::cli
