#include "host/admin/connect_json.hpp"

#include <algorithm>
#include <cmath>

#include "host/runtime/connector_state.hpp"
#include "host/topology/flat_config.hpp"

namespace connector_host::admin {
namespace {

using runtime::ConnectorView;
using runtime::Target;
using runtime::TaskView;

double seconds(world::Duration time) {
  return std::chrono::duration<double>(time).count();
}

std::string trace_of(const std::string& failure, const std::optional<world::Time>& again, bool stays, bool needs_operator, world::Time now) {
  if (needs_operator) return failure + "\nThe task is not restarted by itself, because a record has few deliveries left: correct the cause, then restart it.";
  if (again) return failure + "\nIt is started again in " + std::to_string(std::max(0l, std::lround(seconds(*again - now)))) + " s.";
  return stays ? failure + "\nIt was started again as often as it may be, and stays FAILED until somebody restarts it." : failure;
}

Json json_of(const pipeline::DependencyStatus& dependency, world::Time now) {
  Json json = {{"name", dependency.name},
               {"up", dependency.up},
               {"breaker", name_of(dependency.breaker.state)},
               {"breaker_since_seconds", seconds(now - dependency.breaker.since)},
               {"breaker_openings", dependency.breaker.openings}};
  if (!dependency.last_error.empty()) json["last_error"] = dependency.last_error;
  return json;
}

Json json_of(const pipeline::RetryStatus& retries, world::Time now) {
  return {{"records", retries.records}, {"oldest_seconds", seconds(now - retries.since)}, {"last_error", retries.reason}};
}

Json json_of(const runtime::RecordTotals& totals, std::uint64_t in_flight) {
  return {{"received", totals.received}, {"delivered", totals.delivered}, {"duplicate", totals.duplicate}, {"dead_lettered", totals.dead_lettered},
          {"dropped", totals.dropped},   {"returned", totals.returned},   {"in_flight", in_flight}};
}

// As Prometheus has it: each bucket counts all up to its bound, and the last has none.
Json json_of(const pipeline::HistogramCounts& counts) {
  Json buckets = Json::array();
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < counts.bounds.size(); ++i) buckets.push_back({{"le", counts.bounds[i]}, {"count", up_to += counts.buckets[i]}});
  return {{"count", counts.count()}, {"sum", counts.sum}, {"buckets", std::move(buckets)}};
}

Json task_ids(const ConnectorView& connector) {
  Json ids = Json::array();
  for (const TaskView& each : connector.tasks) ids.push_back({{"connector", connector.name}, {"task", each.index}});
  return ids;
}

}  // namespace

std::string topic_of(const ConnectorView& connector, const topology::ComponentConfig& component) {
  const auto raw = component.raw.find("topic");
  if (raw != component.raw.end() && raw->second.reference && connector.origin == runtime::Origin::rest) return raw->second.text;
  const Json json = Json::parse(component.json, nullptr, false);
  const auto found = json.is_object() ? json.find("topic") : json.end();
  if (!json.is_object() || found == json.end() || !found->is_string()) return "";
  const auto topic = found->get<std::string>();
  const auto tells = [&](const std::string& secret) { return topic.find(secret) != std::string::npos; };
  return std::any_of(component.secrets.begin(), component.secrets.end(), tells) ? raw->second.text : topic;
}

Json connector_info(const ConnectorView& connector) {
  Json config = topology::shown_flat_of(*connector.config);
  // Redpanda Console has a column for it.
  if (const std::string topic = topic_of(connector, connector.config->sink); !topic.empty()) config["kafka.topic"] = topic;
  return {{"name", connector.name}, {"config", std::move(config)}, {"tasks", task_ids(connector)}, {"type", "source"}};
}

Json task_status(const TaskView& task, const Here& here, const std::string& version) {
  const pipeline::TaskStatus& status = task.status;
  Json json = {{"id", task.index}, {"state", state_of(task)}, {"worker_id", here.worker}};
  if (!version.empty()) json["version"] = version;
  if (!status.failure.empty()) json["trace"] = trace_of(status.failure, task.again, task.stays_failed, status.needs_operator, here.now);
  json["detail"] = task.stalled.empty() ? name_of(status.state) : "STALLED";
  if (!task.stalled.empty()) json["stalled"] = task.stalled;
  json["health"] = health_of(task);
  json["since_seconds"] = seconds(here.now - status.since);
  json["seconds_since_progress"] = seconds(here.now - status.last_progress);
  json["in_flight"] = status.in_flight;
  json["window"] = status.window;
  if (status.retries.records > 0) json["retrying"] = json_of(status.retries, here.now);
  if (status.deliveries.highest > 0 || status.deliveries.limit > 0)
    json["deliveries"] = {{"highest", status.deliveries.highest}, {"limit", status.deliveries.limit}};
  json["restarts"] = task.restarts;
  json["records"] = json_of(task.totals, status.in_flight);
  json["end_to_end_seconds"] = json_of(task.end_to_end);
  json["dependencies"] = Json::array();
  for (const pipeline::DependencyStatus& each : status.dependencies) json["dependencies"].push_back(json_of(each, here.now));
  return json;
}

Json connector_status(const ConnectorView& connector, const Here& here, const std::string& version) {
  Json state = {{"state", state_of(connector)}, {"worker_id", here.worker}};
  if (!version.empty()) state["version"] = version;
  if (!connector.failure.empty()) state["trace"] = trace_of(connector.failure, connector.again, !connector.again, false, here.now);
  Json tasks = Json::array();
  std::uint64_t in_flight = 0;
  for (const TaskView& each : connector.tasks) {
    tasks.push_back(task_status(each, here, version));
    in_flight += each.status.in_flight;
  }
  return {{"name", connector.name},
          {"connector", std::move(state)},
          {"tasks", std::move(tasks)},
          {"type", "source"},
          {"health", health_of(connector)},
          {"wanted", name_of(connector.target)},
          {"origin", connector.origin == runtime::Origin::rest ? "rest" : "file"},
          {"records", json_of(connector.totals, in_flight)}};
}

Json connector_tasks(const ConnectorView& connector) {
  Json tasks = Json::array();
  const Json config = topology::shown_flat_of(*connector.config);
  for (const Json& id : task_ids(connector)) tasks.push_back({{"id", id}, {"config", config}});
  return tasks;
}

}  // namespace connector_host::admin
