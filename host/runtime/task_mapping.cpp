#include "host/runtime/task_mapping.hpp"

#include <algorithm>
#include <thread>

namespace connector_host::runtime {
namespace {

constexpr std::uint32_t most_default_workers = 4;  // more cost CPU and bring no rate (docs/performance.md)

pipeline::IdRuleSettings id_settings(const topology::IdConfig& config) {
  using From = pipeline::IdRuleSettings::From;
  switch (config.from) {
    case topology::IdFrom::none:
      return {From::none, {}};
    case topology::IdFrom::json:
      return {From::json, config.argument};
    case topology::IdFrom::header:
      return {From::header, config.argument};
    case topology::IdFrom::message_id:
      return {From::message_id, {}};
    case topology::IdFrom::key:
      return {From::key, {}};
  }
  return {};
}

}  // namespace

pipeline::TaskSettings task_settings(const topology::ConnectorConfig& config, std::uint32_t task, const std::string& worker_id) {
  pipeline::TaskSettings settings;
  settings.connector = config.name;
  settings.task = task;
  settings.owner = worker_id + "/" + config.name + "/" + std::to_string(task);
  settings.id = id_settings(config.id);
  settings.workers = config.workers > 0 ? config.workers : std::clamp(std::thread::hardware_concurrency(), 1u, most_default_workers);
  settings.ordered = config.ordering == topology::Ordering::key;
  settings.max_in_flight = config.max_in_flight;
  settings.max_in_flight_bytes = config.max_in_flight_bytes;
  settings.drain_timeout = config.drain_timeout;
  settings.hold_max = config.hold_max;
  settings.write_timeout = config.write_timeout;
  settings.tolerate_errors = config.tolerance == topology::Tolerance::all;
  settings.retry = {config.retry.initial, config.retry.max};
  if (config.dedup) {
    settings.scope = pipeline::IdRule::encode_scope(config.dedup->scope);
    settings.lease = config.dedup->lease;
    settings.dedup_timeout = config.dedup->timeout;
    settings.bypass_dedup = config.dedup->on_unavailable == topology::OnUnavailable::bypass;
  }
  return settings;
}

middleware::BreakerSettings breaker_settings(const topology::ConnectorConfig& config) {
  return {config.breaker.failures, config.breaker.probe_every};
}

}  // namespace connector_host::runtime
