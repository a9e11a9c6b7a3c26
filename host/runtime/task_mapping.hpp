#pragma once
// From what a user wrote (ConnectorConfig) to what the pipeline works by (TaskSettings, BreakerSettings).
#include <cstdint>
#include <string>
#include <string_view>

#include "host/middleware/breaker.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

pipeline::TaskSettings task_settings(const topology::ConnectorConfig& config, std::uint32_t task, const std::string& worker_id);
// Whether the component in this role is to keep the order of all records. A sink goes by the key
// where records have one.
bool asks_for_order(const topology::ConnectorConfig& config, std::string_view role);
middleware::BreakerSettings breaker_settings(const topology::ConnectorConfig& config);

}  // namespace connector_host::runtime
