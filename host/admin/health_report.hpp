#pragma once
// HealthReport: what /health, /readyz and /startupz say, made of the same status as everything else that is shown.
//
// Healthy means: every dependency of every task is up and no task failed. Pure; any thread.
#include <string>
#include <vector>

#include "host/runtime/connector_view.hpp"

namespace connector_host::admin {

struct HealthReport {
  bool healthy = false;
  // Connectors whose every task got as far as running, or is not to, and has not failed; a dependency may be away.
  std::size_t ready_connectors = 0, connectors = 0;
  bool made = true;  // the tasks of every connector were made, or could not be
  std::string json;
};

HealthReport health_report(const std::vector<runtime::ConnectorView>& connectors, bool stopping, world::Time now);

// policy: all, any (of none is enough where there are none) or none.
bool is_ready(const HealthReport& report, const std::string& policy);

}  // namespace connector_host::admin
