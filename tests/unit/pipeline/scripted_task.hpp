#pragma once
// ScriptedTask: a task on real threads between components that follow a script: what they give,
// take, refuse and wait for. The script is the test's: one test at a time.
#include <gtest/gtest.h>
#include <connector/plugin.hpp>
#include <connector/testing/plugin_under_test.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/pipeline/task.hpp"
#include "host/world/real_world.hpp"

namespace connector_host::pipeline {

using namespace std::chrono_literals;

// What the components do, and what they saw; of the test that runs.
struct Script {
  std::atomic<bool> ends = false;        // with the poll that gives the last record
  std::atomic<bool> sink_waits = false;  // in each write, until it is false
  std::atomic<bool> nack_fails = false;
  std::atomic<bool> store_away = false;  // since the first commit
  std::atomic<int> commits_to_fail = 0;
  std::atomic<bool> commits_are_slow = false, sink_never_takes_bad = false,
                    sink_throws_of_bad = false;
  std::atomic<bool> sink_rejects_bad = false, letters_are_refused = false,
                    store_throws_of_bad = false;
  std::atomic<int> pauses = 0, commits = 0, nacks = 0, transforming = 0, renewals = 0,
                   renewals_before_last_commit = 0;

  std::mutex mutex;  // guards the rest
  std::deque<std::string> to_give;
  std::map<std::string, int> written;
  std::vector<std::string> in_order;           // as they were written
  std::size_t padding = 0;                     // bytes added to each value
  std::size_t letter_limit = std::size_t(-1);  // a larger value is refused by the dead letter
  std::map<std::string, std::string> values;   // to give instead of JSON with the id, as gzip
  std::map<std::string, std::string> taken;    // the values that the sink took, by id
  std::vector<std::size_t> letters;            // sizes of the values that it took

  std::size_t written_ids() {
    std::lock_guard lock(mutex);
    return written.size();
  }
};
extern Script* script;

struct ScriptedComponents {
  const connector_component &source, &sink, &letters, &store, &transform;
};
ScriptedComponents components();

class ScriptedTask : public testing::Test {
 public:
  ScriptedTask() {
    script = &script_;
    settings.connector = settings.scope = "x";
    settings.owner = "x/0";
    settings.workers = 1;
    settings.retry = {1ms, 20ms};
  }

  void start() {
    parts.transforms.resize(settings.workers);
    task = std::make_unique<Task>(settings, world, parts, [] {});
    task->start();
  }
  void with_store() {
    parts.dedup = &store;
    parts.dedup_breaker = &store_breaker;
  }
  void with_dead_letter() {
    parts.dead_letter = &letters;
    parts.dead_letter_breaker = &letters_breaker;
  }
  void with_transform() { parts.transforms = {{&transform}}; }
  void give(std::deque<std::string> ids) {
    std::lock_guard lock(script_.mutex);
    script_.to_give = std::move(ids);
  }
  // A time limit for what does not come at all, and no bound of how long it may take.
  template <class F>
  static bool comes(F&& condition) {
    for (const auto end = std::chrono::steady_clock::now() + 20s;
         std::chrono::steady_clock::now() < end; std::this_thread::yield()) {
      if (condition()) return true;
    }
    return false;
  }
  std::uint64_t count(IntakeCount what) const { return task->counts().intake[what]; }
  std::uint64_t count(LaneCount what) const { return task->counts().lanes[what]; }

  Script script_;
  world::RealWorld world;
  const connector::testing::FakeHost host;
  plugin::SourceHandle source{components().source, *host.raw(), "{}"};
  plugin::SinkHandle sink{components().sink, *host.raw(), "{}"};
  plugin::SinkHandle letters{components().letters, *host.raw(), "{}"};
  plugin::DedupHandle store{components().store, *host.raw(), "{}"};
  plugin::TransformHandle transform{components().transform, *host.raw(), "{}"};
  middleware::Breaker source_breaker{world, {}}, sink_breaker{world, {}}, store_breaker{world, {}},
      letters_breaker{world, {}};
  TaskSettings settings;
  TaskParts parts{source, source_breaker, sink, sink_breaker};
  std::unique_ptr<Task> task;
};

}  // namespace connector_host::pipeline
