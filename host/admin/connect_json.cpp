#include "host/admin/connect_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace connector_host::admin {
namespace {

using Json = nlohmann::ordered_json;
using pipeline::TaskState;
using topology::ComponentConfig;
using topology::RawValues;
using FlatConfig = std::map<std::string, std::string>;

constexpr const char* hidden = "********";

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---- configuration

void add(FlatConfig& flat, const std::string& prefix, const RawValues& raw) {
  for (const auto& [name, value] : raw) flat[prefix + name] = value.secret && !value.reference ? hidden : value.text;
}

void add(FlatConfig& flat, const std::string& owner, const ComponentConfig& component) {
  flat[owner + ".type"] = component.type;
  add(flat, owner + ".", component.raw);
}

std::string option_of(const ComponentConfig& component, const char* name) {
  const Json json = Json::parse(component.json, nullptr, false);
  const auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// ---- states

// Kafka Connect's words. What waits for its dependencies before the first record is not assigned yet, and never RUNNING.
const char* word_of(TaskState state) {
  switch (state) {
    case TaskState::running:
    case TaskState::holding:
      return "RUNNING";
    case TaskState::paused:
      return "PAUSED";
    case TaskState::failed:
      return "FAILED";
    default:
      return "UNASSIGNED";
  }
}

bool is_healthy(const pipeline::TaskStatus& status) {
  const auto up = [](const pipeline::DependencyStatus& each) { return each.up; };
  return status.state != TaskState::failed && std::all_of(status.dependencies.begin(), status.dependencies.end(), up);
}

Json json_of(const pipeline::DependencyStatus& dependency) {
  Json json = {{"name", dependency.name}, {"up", dependency.up}, {"breaker", name_of(dependency.breaker.state)}};
  if (!dependency.last_error.empty()) json["last_error"] = dependency.last_error;
  return json;
}

Json json_of(const runtime::RunningTask& task, const std::string& worker, world::Time now) {
  const pipeline::TaskStatus status = task.status();
  Json json = {{"id", task.index()}, {"state", word_of(status.state)}, {"worker_id", worker}};
  if (!status.failure.empty()) json["trace"] = status.failure;
  json["detail"] = name_of(status.state);
  json["health"] = status.state == TaskState::failed ? "unhealthy" : is_healthy(status) ? "healthy" : "degraded";
  json["in_flight"] = status.in_flight;
  json["seconds_since_progress"] = std::chrono::duration<double>(now - status.last_progress).count();
  json["dependencies"] = Json::array();
  for (const pipeline::DependencyStatus& each : status.dependencies) json["dependencies"].push_back(json_of(each));
  return json;
}

Json task_ids(const runtime::Connector& connector) {
  Json ids = Json::array();
  for (const auto& each : connector.tasks()) ids.push_back({{"connector", connector.name()}, {"task", each->index()}});
  return ids;
}

const char* health_of(const Json& tasks) {
  const auto any = [&](const char* word) { return std::any_of(tasks.begin(), tasks.end(), [&](const Json& each) { return each["health"] == word; }); };
  return any("unhealthy") ? "unhealthy" : any("degraded") ? "degraded" : "healthy";
}

}  // namespace

FlatConfig flat_config(const topology::ConnectorConfig& config) {
  FlatConfig flat;
  add(flat, "", config.raw);
  add(flat, "source", config.source);
  if (config.dedup) add(flat, "dedup", config.dedup->component);
  for (std::size_t i = 0; i < config.transforms.size(); ++i) add(flat, "transforms." + std::to_string(i), config.transforms[i]);
  add(flat, "sink", config.sink);
  if (config.dead_letter) add(flat, "dead_letter", *config.dead_letter);
  flat["name"] = config.name;
  flat["connector.class"] = config.source.type;
  flat["tasks.max"] = std::to_string(config.tasks);
  if (const std::string topic = option_of(config.sink, "topic"); !topic.empty()) flat["kafka.topic"] = topic;  // some clients have a column for it
  return flat;
}

std::string connector_info(const runtime::Connector& connector) {
  return text_of({{"name", connector.name()}, {"config", flat_config(connector.config())}, {"tasks", task_ids(connector)}, {"type", "source"}});
}

std::string connector_status(const runtime::Connector& connector, const std::string& worker, world::Time now) {
  Json tasks = Json::array();
  for (const auto& each : connector.tasks()) tasks.push_back(json_of(*each, worker, now));
  const char* const state = connector.paused() ? "PAUSED" : "RUNNING";
  return text_of({{"name", connector.name()},
                  {"connector", {{"state", state}, {"worker_id", worker}}},
                  {"tasks", tasks},
                  {"type", "source"},
                  {"health", health_of(tasks)}});
}

std::string connector_tasks(const runtime::Connector& connector) {
  Json tasks = Json::array();
  const FlatConfig config = flat_config(connector.config());
  for (const Json& id : task_ids(connector)) tasks.push_back({{"id", id}, {"config", config}});
  return text_of(tasks);
}

std::string task_status(const runtime::Connector& connector, std::uint32_t task, const std::string& worker, world::Time now) {
  for (const auto& each : connector.tasks()) {
    if (each->index() == task) return text_of(json_of(*each, worker, now));
  }
  return {};
}

std::string connector_topics(const runtime::Connector& connector) {
  std::uint64_t written = 0, dead = 0;
  for (const auto& each : connector.tasks()) {
    written += each->task().intake_counters().delivered.value();
    dead += each->task().intake_counters().dead_lettered.value();
  }
  Json topics = Json::array();
  const auto add_topic = [&](const ComponentConfig& component, std::uint64_t records) {
    const std::string topic = option_of(component, "topic");
    if (records > 0 && !topic.empty()) topics.push_back(topic);
  };
  add_topic(connector.config().sink, written);
  if (connector.config().dead_letter) add_topic(*connector.config().dead_letter, dead);
  return text_of({{connector.name(), {{"topics", topics}}}});
}

}  // namespace connector_host::admin
