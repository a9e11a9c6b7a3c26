#pragma once
// HealthReport: what /health and /readyz say, made of the same status as everything else that is shown.
//
// Healthy means: every dependency of every task is up and no task failed. Pure; any thread.
#include <string>
#include <vector>

#include "host/runtime/connector_view.hpp"

namespace connector_host::admin {

struct HealthReport {
  bool healthy = false;
  bool ready = false;  // every task got as far as running and none failed; a dependency may be away
  std::string json;
};

HealthReport health_report(const std::vector<runtime::ConnectorView>& connectors, bool stopping, world::Time now);

}  // namespace connector_host::admin
