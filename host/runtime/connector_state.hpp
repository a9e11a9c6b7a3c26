#pragma once
// What state and what health a connector and its tasks are in, in Kafka Connect's words and in ours: one truth for status,
// health and metrics. Pure.
#include <array>

#include "host/runtime/connector_view.hpp"

namespace connector_host::runtime {

inline constexpr std::array<const char*, 6> connector_states = {"RUNNING", "PAUSED", "STOPPED", "FAILED", "RESTARTING", "UNASSIGNED"};
inline constexpr std::array<const char*, 5> connect_task_states = {"RUNNING", "PAUSED", "FAILED", "RESTARTING", "UNASSIGNED"};
inline constexpr std::array<const char*, 3> healths = {"healthy", "degraded", "unhealthy"};

const char* state_of(const TaskView& task);
const char* state_of(const ConnectorView& connector);
// healthy, degraded (a dependency is away, or it is busy becoming what it should be) or unhealthy (FAILED or stalled).
const char* health_of(const TaskView& task);
const char* health_of(const ConnectorView& connector);

}  // namespace connector_host::runtime
