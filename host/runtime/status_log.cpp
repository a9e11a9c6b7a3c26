#include "host/runtime/status_log.hpp"

#include <algorithm>
#include <utility>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
constexpr auto again_after = 30s;

std::string seconds_until(world::Time then, world::Time now) {
  return std::to_string(std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(then - now).count(), 0)) + " s";
}

// Its dependencies are closed because it is.
bool is_over(pipeline::TaskState state) {
  return state == pipeline::TaskState::stopped || state == pipeline::TaskState::ended || state == pipeline::TaskState::failed;
}

}  // namespace

void StatusLog::look(const std::vector<ConnectorView>& connectors) {
  const auto before = std::exchange(states_, {});
  const auto dependencies_before = std::exchange(dependencies_, {});
  for (const ConnectorView& connector : connectors) {
    for (const TaskView& task : connector.tasks) {
      const std::string name = connector.name + "/" + std::to_string(task.index);
      const auto state = before.find(name);
      const observability::LogPlace place{connector.name, task.index, {}};
      look_at_state(name, place, task, state == before.end() ? "" : state->second);
      for (const pipeline::DependencyStatus& each : task.status.dependencies) {
        const auto seen = dependencies_before.find(name + " " + each.name);
        Seen& now = dependencies_[name + " " + each.name] = seen == dependencies_before.end() ? Seen{} : seen->second;
        if (!is_over(task.status.state)) look_at_dependency(place, each, now);
      }
    }
  }
}

void StatusLog::look_at_state(const std::string& name, const observability::LogPlace& place, const TaskView& task, const std::string& before) {
  const bool failed = !task.status.failure.empty();
  if (failed && !task.again && !task.stays_failed) {  // what becomes of it is decided in a moment
    states_[name] = before;
    return;
  }
  const std::string state = task.stalled.empty() ? name_of(task.status.state) : "STALLED";
  std::string why, which;  // which of its failures, each of which is told
  if (failed) {
    why = ": " + task.status.failure +
          (task.again ? "; it is started again in " + seconds_until(*task.again, services_.world.now()) : "; it stays so until it is restarted");
    if (task.again && !task.status.worked) why += ", unless nothing else is left to do";
    which = task.status.failure + (task.again ? std::to_string(task.again->time_since_epoch().count()) : "");
  }
  if (!task.stalled.empty()) why = ": " + task.stalled + ", though no dependency is known to be away";
  states_[name] = state + which;
  if (states_[name] == before) return;
  services_.log(failed || !task.stalled.empty() ? LogLevel::error : LogLevel::info, "task", place, state + why);
}

void StatusLog::look_at_dependency(const observability::LogPlace& place, const pipeline::DependencyStatus& dependency, Seen& seen) {
  const world::Time now = services_.world.now();
  if (dependency.up) {
    if (!seen.told_up) services_.log(LogLevel::info, "task", place, dependency.name + (seen.error.empty() ? " is ready" : " is back"));
    seen.told_up = true;
    return;
  }
  if (dependency.last_error.empty() || (dependency.last_error == seen.error && now - seen.said < again_after)) return;
  seen = {false, dependency.last_error, now};
  services_.log(LogLevel::warn, "task", place, dependency.name + " is not available: " + dependency.last_error);
}

}  // namespace connector_host::runtime
