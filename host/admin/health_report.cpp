#include "host/admin/health_report.hpp"

#include <nlohmann/json.hpp>

namespace connector_host::admin {
namespace {

using Json = nlohmann::ordered_json;
using pipeline::TaskState;

double seconds(world::Duration time) {
  return std::chrono::duration<double>(time).count();
}

bool at_rest(TaskState state) {
  return state == TaskState::ended || state == TaskState::stopped;
}

Json json_of(const pipeline::DependencyStatus& dependency, world::Time now) {
  Json json = {{"name", dependency.name}, {"status", dependency.up ? "up" : "down"}};
  json["breaker"] = {
      {"state", name_of(dependency.breaker.state)}, {"seconds", seconds(now - dependency.breaker.since)}, {"openings", dependency.breaker.openings}};
  if (!dependency.up && !dependency.last_error.empty()) json["error"] = dependency.last_error;
  return json;
}

Json json_of(const runtime::TaskReport& task, world::Time now) {
  const pipeline::TaskStatus& status = task.status;
  Json json = {{"connector", task.connector},
               {"task", task.task},
               {"state", name_of(status.state)},
               {"in_flight", status.in_flight},
               {"seconds_since_progress", seconds(now - status.last_progress)}};
  if (!status.failure.empty()) json["trace"] = status.failure;
  json["dependencies"] = Json::array();
  for (const pipeline::DependencyStatus& each : status.dependencies) json["dependencies"].push_back(json_of(each, now));
  return json;
}

bool healthy(const pipeline::TaskStatus& status) {
  if (status.state == TaskState::failed) return false;
  if (at_rest(status.state)) return true;
  for (const pipeline::DependencyStatus& each : status.dependencies) {
    if (!each.up) return false;
  }
  return true;
}

}  // namespace

HealthReport health_report(const std::vector<runtime::TaskReport>& tasks, bool stopping, world::Time now) {
  HealthReport report{true, !stopping, {}};
  Json all = Json::array();
  for (const runtime::TaskReport& each : tasks) {
    report.healthy = report.healthy && healthy(each.status);
    report.ready = report.ready && each.status.state != TaskState::failed && each.status.state != TaskState::starting;
    all.push_back(json_of(each, now));
  }
  const Json json = {{"status", report.healthy ? "healthy" : "unhealthy"}, {"stopping", stopping}, {"tasks", std::move(all)}};
  report.json = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return report;
}

}  // namespace connector_host::admin
