#pragma once
// What state and what health a connector and its tasks are in, in Kafka Connect's words and in ours: one truth for status,
// health and metrics. Pure.
#include <array>
#include <string>

#include "host/runtime/connector_view.hpp"

namespace connector_host::runtime {

inline constexpr std::array<const char*, 6> connector_states = {"RUNNING", "PAUSED", "STOPPED", "FAILED", "RESTARTING", "UNASSIGNED"};
inline constexpr std::array<const char*, 5> connect_task_states = {"RUNNING", "PAUSED", "FAILED", "RESTARTING", "UNASSIGNED"};
inline constexpr std::array<const char*, 3> healths = {"healthy", "degraded", "unhealthy"};

// There is something to do, nothing of it was done for a minute, and no dependency is known to be the reason: what is seen of
// that. Empty: it is not so.
std::string stall_of(const pipeline::TaskStatus& status, world::Time now);
const char* state_of(const TaskView& task);
const char* state_of(const ConnectorView& connector);
// healthy, degraded (a dependency is away, or it is busy becoming what it should be) or unhealthy (FAILED or stalled).
const char* health_of(const TaskView& task);
const char* health_of(const ConnectorView& connector);

}  // namespace connector_host::runtime
