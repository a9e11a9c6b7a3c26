#pragma once
// Downstream: what the lanes of one task share: the guarded instances, the unsaved commits, and how a task fails.
//
// Plain references; the Task owns everything and outlives its lanes. Each member has its own thread rule.
#include <atomic>
#include <functional>
#include <string>

#include "host/middleware/flood_guard.hpp"
#include "host/middleware/guard.hpp"
#include "host/pipeline/entry.hpp"
#include "host/pipeline/scrub.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/pipeline/unsaved_commits.hpp"
#include "host/plugin/dedup_handle.hpp"
#include "host/plugin/sink_handle.hpp"
#include "host/tracing/tracer.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

struct Downstream {
  const TaskSettings& settings;
  world::World& world;
  middleware::Guarded<plugin::SinkHandle>& sink;
  middleware::Guarded<plugin::DedupHandle>* dedup;       // null: none
  middleware::Guarded<plugin::SinkHandle>* dead_letter;  // null: none
  middleware::FloodGuard* flood_guard;                   // null: none
  UnsavedCommits& unsaved;
  std::atomic<world::Duration::rep>& last_delivered;      // when the sink last took a record; 0: not yet
  const std::atomic<world::Duration::rep>& last_settled;  // when a record was last settled for good; 0: not yet
  tracing::Tracer* tracer;                                // null: nothing is traced
  const Scrub scrub;                                      // for what leaves the host: reasons in dead letters and spans
  std::function<void()> save_commits;                     // there are unsaved ones; thread-safe
  std::function<void(const Entry&)> set_aside;            // a record went to the dead letter, or was dropped for want of one
  std::function<void(const std::string& why)> fail;       // thread-safe: the task fails, nothing more is acknowledged for it
};

}  // namespace connector_host::pipeline
