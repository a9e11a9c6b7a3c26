#include "host/runtime/task_mapping.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "host/pipeline/id_rule.hpp"
#include "host/plugin/sha256.hpp"
#include "host/topology/flat_config.hpp"

namespace connector_host::runtime {
namespace {

constexpr std::uint32_t most_default_workers = 4;  // more cost CPU and bring no rate (docs/performance.md)

using From = pipeline::FieldRule::From;

std::optional<pipeline::FieldRule> id_settings(const topology::IdConfig& config) {
  switch (config.from) {
    case topology::IdFrom::none:
      return std::nullopt;
    case topology::IdFrom::json:
      return pipeline::FieldRule{From::json, config.argument};
    case topology::IdFrom::header:
      return pipeline::FieldRule{From::header, config.argument};
    case topology::IdFrom::message_id:
      return pipeline::FieldRule{From::message_id, {}};
    case topology::IdFrom::key:
      return pipeline::FieldRule{From::key, {}};
  }
  return std::nullopt;
}

pipeline::FieldRule field_rule(const topology::KeyPart& part) {
  switch (part.from) {
    case topology::KeyFrom::json:
      return {From::json, part.argument};
    case topology::KeyFrom::header:
      return {From::header, part.argument};
    case topology::KeyFrom::message_id:
      return {From::message_id, {}};
    case topology::KeyFrom::routing_key:
      return {From::route, {}};
    case topology::KeyFrom::constant:
      return {From::constant, part.argument};
  }
  return {};
}

pipeline::KeyRuleSettings key_settings(const topology::KeyConfig& config) {
  pipeline::KeyRuleSettings out;
  for (const topology::KeyPart& each : config.parts) out.parts.push_back(field_rule(each));
  out.reject_missing = config.reject_missing;
  return out;
}

pipeline::Ordering ordering_of(topology::Ordering ordering) {
  switch (ordering) {
    case topology::Ordering::source:
      return pipeline::Ordering::source;
    case topology::Ordering::key:
      return pipeline::Ordering::key;
    case topology::Ordering::queue:
      return pipeline::Ordering::queue;
    case topology::Ordering::none:
      return pipeline::Ordering::none;
  }
  return pipeline::Ordering::source;
}

// What a trace calls a component: its type, and the queue, topic or file that it reads or writes.
pipeline::DependencyName name_in_traces(const topology::ComponentConfig& config) {
  const auto options = nlohmann::json::parse(config.json, nullptr, false);
  for (const char* option : {"queue", "topic", "path"}) {
    if (const auto found = options.find(option); found != options.end() && found->is_string()) return {config.type, found->get<std::string>()};
  }
  return {config.type, config.type};
}

// As it is written: references are not resolved, so a changed password is no other configuration.
std::string digest_of(const topology::ConnectorConfig& config) {
  plugin::Sha256 digest;
  for (const auto& [key, value] : topology::flat_of(config)) {
    const std::string line = key + '=' + value + '\n';
    digest.add(line.data(), line.size());
  }
  return digest.finish();
}

void set_names(const topology::ConnectorConfig& config, pipeline::TaskSettings& settings) {
  settings.source_name = name_in_traces(config.source);
  settings.sink_name = name_in_traces(config.sink);
  if (config.dead_letter) settings.dead_letter_name = name_in_traces(*config.dead_letter);
  if (config.dedup) settings.dedup_system = config.dedup->component.type;
  for (const topology::ComponentConfig& each : config.transforms) settings.transform_names.push_back(each.name);
}

}  // namespace

pipeline::TaskSettings task_settings(const topology::ConnectorConfig& config, std::uint32_t task, const std::string& worker_id) {
  pipeline::TaskSettings settings;
  settings.connector = config.name;
  settings.task = task;
  settings.owner = worker_id + "/" + config.name + "/" + std::to_string(task);
  settings.id = id_settings(config.id);
  settings.key = key_settings(config.key);
  settings.decode = {config.decode, config.decode_limit};
  settings.workers = config.workers > 0 ? config.workers : std::clamp(std::thread::hardware_concurrency(), 1u, most_default_workers);
  settings.ordering = ordering_of(config.ordering);
  settings.max_in_flight = config.max_in_flight;
  settings.max_in_flight_bytes = config.max_in_flight_bytes;
  settings.drain_timeout = config.drain_timeout;
  settings.hold_max = config.hold_max;
  settings.write_timeout = config.write_timeout;
  settings.retry_timeout = config.retry_timeout;
  settings.tolerate_errors = config.tolerance == topology::Tolerance::all;
  settings.truncate_dead_letters = config.on_too_large == topology::OnTooLarge::truncate;
  settings.retry = {config.retry.initial, config.retry.max};
  settings.configuration = digest_of(config);
  set_names(config, settings);
  if (config.dedup) {
    settings.scope = pipeline::IdRule::encode_scope(config.dedup->scope);
    settings.lease = config.dedup->lease;
    settings.dedup_timeout = config.dedup->timeout;
    settings.bypass_dedup = config.dedup->on_unavailable == topology::OnUnavailable::bypass;
    if (config.dedup->scope_is_default) settings.bound_scope = settings.scope;
    settings.adopt_scope = config.dedup->adopt;
  }
  return settings;
}

bool asks_for_order(const topology::ConnectorConfig& config, std::string_view role) {
  if (config.ordering != topology::Ordering::queue) return false;
  return role == "source" || (role == "sink" && config.key.parts.empty());
}

middleware::BreakerSettings breaker_settings(const topology::ConnectorConfig& config) {
  return {config.breaker.failures, config.breaker.probe_every};
}

}  // namespace connector_host::runtime
