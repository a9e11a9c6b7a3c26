#include "host/runtime/connector_state.hpp"

#include <algorithm>
#include <string_view>

namespace connector_host::runtime {
namespace {

using pipeline::TaskState;

constexpr std::chrono::seconds stalled_after{60};

bool is_ok(const pipeline::DependencyStatus& dependency) {
  return dependency.up && dependency.breaker.state == middleware::BreakerState::closed;
}

bool takes_turns(TaskState state) {
  return state == TaskState::running || state == TaskState::holding || state == TaskState::paused;
}

}  // namespace

std::string stall_of(const pipeline::TaskStatus& status, world::Time now) {
  const auto for_long = [now](world::Time since) { return now - since >= stalled_after; };
  if (status.over || !std::all_of(status.dependencies.begin(), status.dependencies.end(), is_ok)) return "";
  if (takes_turns(status.state) && for_long(status.last_turn)) return "a call of the source has not returned for a minute";
  if (status.state != TaskState::running) return "";
  if (status.in_flight > 0 && for_long(status.last_progress)) return "records are in flight, and none was settled for a minute";
  if (status.starved_since && for_long(*status.starved_since)) return "records wait in the source, and none came for a minute";
  return "";
}

// What waits for its dependencies before the first record is not assigned yet, and never RUNNING.
const char* state_of(const TaskView& task) {
  if (task.restarting) return "RESTARTING";
  if (!task.status.failure.empty()) return "FAILED";
  switch (task.status.state) {
    case TaskState::running:
    case TaskState::holding:
      return "RUNNING";
    case TaskState::paused:
      return "PAUSED";
    default:
      return "UNASSIGNED";
  }
}

const char* state_of(const ConnectorView& connector) {
  if (connector.restarting) return "RESTARTING";
  if (!connector.failure.empty()) return "FAILED";
  if (connector.tasks.empty() && connector.target == Target::running) return "UNASSIGNED";  // they are being made
  return connector.at_target ? name_of(connector.target) : "RUNNING";
}

const char* health_of(const TaskView& task) {
  const pipeline::TaskStatus& status = task.status;
  if (!status.failure.empty() || !task.stalled.empty()) return "unhealthy";
  if (task.restarting) return "degraded";
  const bool rests = status.over || status.state == TaskState::paused;
  return rests || std::all_of(status.dependencies.begin(), status.dependencies.end(), is_ok) ? "healthy" : "degraded";
}

const char* health_of(const ConnectorView& connector) {
  if (!connector.failure.empty()) return "unhealthy";
  const auto any = [&](std::string_view word) {
    return std::any_of(connector.tasks.begin(), connector.tasks.end(), [&](const TaskView& each) { return health_of(each) == word; });
  };
  return any("unhealthy") ? "unhealthy" : any("degraded") ? "degraded" : "healthy";
}

}  // namespace connector_host::runtime
