#pragma once
// TaskSettings: what one task works by. Set by code (the runtime derives it from the topology), never by users directly.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/middleware/backoff.hpp"
#include "host/pipeline/key_rule.hpp"
#include "host/pipeline/ordering.hpp"
#include "host/pipeline/value_decoder.hpp"

namespace connector_host::pipeline {

// What a dependency is called in traces: rabbitmq and the queue, kafka and the topic.
struct DependencyName {
  std::string system, destination;
};

struct TaskSettings {
  std::string connector;  // names in headers, logs and claims
  std::uint32_t task = 0;
  std::string owner;                                                            // of claims: worker id/connector/task
  std::string scope;                                                            // of ids, already encoded; see IdRule
  std::optional<FieldRule> id = FieldRule{FieldRule::From::json, "/event_id"};  // nothing: records have no id
  KeyRuleSettings key;
  DecodeSettings decode;
  std::uint32_t workers = 2;
  Ordering ordering = Ordering::source;
  std::uint32_t max_in_flight = 4000;
  std::uint64_t max_in_flight_bytes = 64u << 20;
  std::chrono::milliseconds drain_timeout{20'000};
  std::chrono::milliseconds hold_max{600'000};
  std::chrono::milliseconds write_timeout{120'000};
  std::optional<std::chrono::milliseconds> retry_timeout;  // errors.retry.timeout; nothing: a record is retried without a limit
  std::chrono::milliseconds lease{10'000};
  std::chrono::milliseconds dedup_timeout{2'000};
  bool bypass_dedup = false;           // on_unavailable: bypass
  bool tolerate_errors = false;        // errors.tolerance: all
  bool truncate_dead_letters = false;  // dead_letter.on_too_large: truncate
  middleware::BackoffSettings retry;
  DependencyName source_name, sink_name, dead_letter_name;
  std::string dedup_system;
  std::string bound_scope;           // default dedup scope, to be bound to source and sink; empty: none
  bool adopt_scope = false;          // dedup.adopt: bind it anew
  std::string configuration;         // a digest of the connector's configuration as it is written
  bool started_by_operator = false;  // else by a process that starts, or by the supervisor
  std::vector<std::string> transform_names;

  bool keeps_order() const { return ordering != Ordering::none; }
};

}  // namespace connector_host::pipeline
