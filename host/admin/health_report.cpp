#include "host/admin/health_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace connector_host::admin {
namespace {

using Json = nlohmann::ordered_json;
using pipeline::TaskState;

double elapsed(world::Duration time) {
  return std::chrono::duration<double>(time).count();
}

bool at_rest(TaskState state) {
  return state == TaskState::ended || state == TaskState::stopped || state == TaskState::paused;
}

Json dependency_json(const pipeline::DependencyStatus& dependency, world::Time now) {
  Json json = {{"name", dependency.name}, {"status", dependency.up ? "up" : "down"}};
  json["breaker"] = {
      {"state", name_of(dependency.breaker.state)}, {"seconds", elapsed(now - dependency.breaker.since)}, {"openings", dependency.breaker.openings}};
  if (!dependency.up && !dependency.last_error.empty()) json["error"] = dependency.last_error;
  return json;
}

Json task_json(const std::string& connector, const runtime::TaskView& task, world::Time now) {
  const pipeline::TaskStatus& status = task.status;
  Json json = {{"connector", connector},
               {"task", task.index},
               {"state", task.stalled.empty() ? name_of(status.state) : "STALLED"},
               {"in_flight", status.in_flight},
               {"seconds_since_progress", elapsed(now - status.last_progress)}};
  if (!status.failure.empty()) json["trace"] = status.failure;
  if (!task.stalled.empty()) json["stalled"] = task.stalled;
  json["dependencies"] = Json::array();
  for (const pipeline::DependencyStatus& each : status.dependencies) json["dependencies"].push_back(dependency_json(each, now));
  return json;
}

bool healthy(const runtime::TaskView& task) {
  if (!task.status.failure.empty() || !task.stalled.empty()) return false;
  if (at_rest(task.status.state)) return true;
  for (const pipeline::DependencyStatus& each : task.status.dependencies) {
    if (!each.up) return false;
  }
  return true;
}

bool begun(const runtime::TaskView& task) {
  return task.status.failure.empty() && task.status.state != TaskState::starting;
}

bool is_made(const runtime::ConnectorView& connector) {
  return connector.target != runtime::Target::running || !connector.tasks.empty() || !connector.failure.empty();
}

bool is_ready(const runtime::ConnectorView& connector) {
  return connector.failure.empty() && is_made(connector) && std::all_of(connector.tasks.begin(), connector.tasks.end(), begun);
}

}  // namespace

HealthReport health_report(const std::vector<runtime::ConnectorView>& connectors, bool stopping, world::Time now) {
  HealthReport report{.healthy = true, .connectors = connectors.size()};
  Json tasks = Json::array(), failures = Json::array();
  for (const runtime::ConnectorView& connector : connectors) {
    if (is_ready(connector)) ++report.ready_connectors;
    report.made = report.made && is_made(connector);
    if (!connector.failure.empty()) {
      report.healthy = false;
      failures.push_back({{"connector", connector.name}, {"trace", connector.failure}});
    }
    for (const runtime::TaskView& each : connector.tasks) {
      report.healthy = report.healthy && healthy(each);
      tasks.push_back(task_json(connector.name, each, now));
    }
  }
  Json json = {{"status", report.healthy ? "healthy" : "unhealthy"}, {"stopping", stopping}, {"tasks", std::move(tasks)}};
  if (!failures.empty()) json["failed_connectors"] = std::move(failures);
  report.json = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return report;
}

bool is_ready(const HealthReport& report, const std::string& policy) {
  if (policy == "none" || report.ready_connectors == report.connectors) return true;
  return policy == "any" && report.ready_connectors > 0;
}

}  // namespace connector_host::admin
