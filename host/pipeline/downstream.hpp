#pragma once
// Downstream: what the lanes of one task share: the guarded instances, the unsaved commits, and how a task fails.
//
// Plain references; the Task owns everything and outlives its lanes. Each member has its own thread rule.
#include <functional>
#include <string>
#include <string_view>

#include "host/middleware/guard.hpp"
#include "host/pipeline/entry.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/pipeline/unsaved_commits.hpp"
#include "host/plugin/dedup_handle.hpp"
#include "host/plugin/sink_handle.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

// Takes the secrets out of a plugin's text; thread-safe.
using Scrub = std::function<std::string(std::string_view)>;

struct Downstream {
  const TaskSettings& settings;
  world::World& world;
  middleware::Guarded<plugin::SinkHandle>& sink;
  middleware::Guarded<plugin::DedupHandle>* dedup;       // null: none
  middleware::Guarded<plugin::SinkHandle>* dead_letter;  // null: none
  UnsavedCommits& unsaved;
  const Scrub scrub;                                 // for what leaves the host: reasons in dead letters
  std::function<void(const Entry&)> set_aside;       // a record went to the dead letter, or was dropped for want of one
  std::function<void(const std::string& why)> fail;  // thread-safe: the task fails, nothing more is acknowledged for it
};

}  // namespace connector_host::pipeline
