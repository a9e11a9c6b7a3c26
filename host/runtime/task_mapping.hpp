#pragma once
// From what a user wrote (ConnectorConfig) to what the pipeline works by (TaskSettings, BreakerSettings).
#include <cstdint>
#include <string>

#include "host/middleware/breaker.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

pipeline::TaskSettings task_settings(const topology::ConnectorConfig& config, std::uint32_t task, const std::string& worker_id);
middleware::BreakerSettings breaker_settings(const topology::ConnectorConfig& config);

}  // namespace connector_host::runtime
