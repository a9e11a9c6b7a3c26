#include "host/cli/connector_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/cli/refusal.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;

// Of an object; null for what is not there.
const Json& member(const Json& object, const char* name) {
  static const Json none;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : none;
}

std::string text_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

std::optional<double> number_of(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_number() ? std::optional<double>(value.get<double>()) : std::nullopt;
}

std::int64_t count_of(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

DependencyView dependency_of(const Json& json) {
  const Json& up = member(json, "up");
  return {text_in(json, "name"), !up.is_boolean() || up.get<bool>(), text_in(json, "breaker"), text_in(json, "last_error")};
}

TaskView task_of(const Json& json) {
  TaskView task;
  task.id = count_of(json, "id");
  task.state = text_in(json, "state");
  task.worker = text_in(json, "worker_id");
  task.trace = text_in(json, "trace");
  task.detail = text_in(json, "detail");
  task.health = text_in(json, "health");
  task.stalled = text_in(json, "stalled");
  if (number_of(json, "in_flight")) task.in_flight = count_of(json, "in_flight");
  task.seconds_since_progress = number_of(json, "seconds_since_progress");
  task.retrying = count_of(member(json, "retrying"), "records");
  task.retry_error = text_in(member(json, "retrying"), "last_error");
  for (const Json& each : member(json, "dependencies")) task.dependencies.push_back(dependency_of(each));
  return task;
}

std::optional<RecordsView> records_of(const Json& status) {
  const Json& json = member(status, "records");
  if (!json.is_object()) return std::nullopt;
  return RecordsView{count_of(json, "received"), count_of(json, "delivered"), count_of(json, "duplicate"), count_of(json, "dead_lettered"),
                     count_of(json, "dropped"),  count_of(json, "returned"),  count_of(json, "in_flight")};
}

ConnectorView view_of(const Json& status) {
  const Json& connector = member(status, "connector");
  if (!connector.is_object()) throw Refusal("answered with what is no status of a connector: is this the admin API?");
  ConnectorView view{text_in(status, "name"),         text_in(status, "type"),     text_in(connector, "state"),
                     text_in(connector, "worker_id"), text_in(connector, "trace"), text_in(connector, "version"),
                     text_in(status, "health"),       records_of(status),          {}};
  for (const Json& each : member(status, "tasks")) view.tasks.push_back(task_of(each));
  return view;
}

}  // namespace

ConnectorView connector_view(const std::string& document) {
  return view_of(Json::parse(document, nullptr, false));
}

std::vector<ConnectorView> connector_views(const std::string& document) {
  const Json all = Json::parse(document, nullptr, false);
  if (!all.is_object()) throw Refusal("answered with what are no states of connectors: is this the admin API?");
  std::vector<ConnectorView> views;
  for (const Json& each : all) views.push_back(view_of(member(each, "status")));
  std::sort(views.begin(), views.end(), [](const ConnectorView& one, const ConnectorView& other) { return one.name < other.name; });
  return views;
}

}  // namespace connector_host::cli
