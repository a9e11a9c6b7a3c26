#pragma once
// ScopeBinding: binds a connector's default dedup scope to what the connector reads and writes, before it takes a record.
//
// Why: two installations that keep the shipped connector name share a scope as soon as they share a store. Behind a fanout
// exchange each of them then takes the other's events for duplicates and acknowledges them unwritten. So the store remembers
// which source and sink first used a scope, and another pair is refused. An explicit scope is never bound: it may be shared.
//
// Called by the intake thread when the source is open and nothing was taken. Owned by the task.
#include <string>

#include "host/middleware/guard.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/plugin/dedup_handle.hpp"
#include "host/plugin/sink_handle.hpp"
#include "host/plugin/source_handle.hpp"

namespace connector_host::pipeline {

class ScopeBinding {
 public:
  // dedup: null: there is nothing to bind.
  ScopeBinding(const TaskSettings& settings, middleware::Guarded<plugin::SinkHandle>& sink, middleware::Guarded<plugin::DedupHandle>* dedup)
      : settings_(settings), sink_(sink), dedup_(dedup) {}

  // BAD_CONFIG: another pipeline uses the scope, with what to do. Any other failure: not now.
  plugin::CallResult bind(plugin::SourceHandle& source);

  // A part that a component does not tell is "?", and matches every other.
  static std::string pair_of(const std::string& source, const std::string& sink);
  static bool match(const std::string& one_pair, const std::string& other_pair);

 private:
  const TaskSettings& settings_;
  middleware::Guarded<plugin::SinkHandle>& sink_;
  middleware::Guarded<plugin::DedupHandle>* const dedup_;
};

}  // namespace connector_host::pipeline
