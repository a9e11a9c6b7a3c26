#pragma once
// Task: a connector's unit of parallelism: one source, its intake thread, the lanes, and what they share downstream.
//
// It wires and starts; what happens to records stands in Intake, Lane and Line. start, pause, resume, stop and status are
// thread-safe; join returns once the task is over. The owner keeps instances and breakers alive until then.
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/middleware/guard.hpp"
#include "host/middleware/opener.hpp"
#include "host/pipeline/downstream.hpp"
#include "host/pipeline/intake.hpp"
#include "host/pipeline/keeper.hpp"
#include "host/pipeline/lane.hpp"
#include "host/pipeline/scope_binding.hpp"
#include "host/pipeline/task_counts.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/pipeline/task_state.hpp"

namespace connector_host::pipeline {

// The instances a task works with, and the connector's breakers in front of them.
struct TaskParts {
  plugin::SourceHandle& source;
  middleware::Breaker& source_breaker;
  plugin::SinkHandle& sink;
  middleware::Breaker& sink_breaker;
  plugin::DedupHandle* dedup = nullptr;  // null: none
  middleware::Breaker* dedup_breaker = nullptr;
  plugin::SinkHandle* dead_letter = nullptr;  // null: none
  middleware::Breaker* dead_letter_breaker = nullptr;
  std::vector<std::vector<plugin::TransformHandle*>> transforms;  // per lane; empty: none
  // A record that was not delivered is settled for good; on a lane's thread.
  std::function<void(const Entry&)> set_aside = [](const Entry&) {};
  tracing::Tracer* tracer = nullptr;  // null: nothing is traced
  Scrub scrub = [](std::string_view text) { return std::string(text); };
  Note suspects, spent_deliveries, unsaved_commits;
  middleware::FloodGuard* flood_guard = nullptr;  // the connector's; null: any number of records may be set aside
};

struct DependencyStatus {
  std::string name;  // source, dedup, sink, dead_letter, transform.<lane>.<place>
  bool up = false;
  middleware::BreakerStatus breaker;
  std::string last_error;
};

// Records that failed by themselves and wait for another attempt.
struct RetryStatus {
  std::uint64_t records = 0;
  world::Time since{};  // of the oldest; zero: there is none
  std::string reason;   // why it failed last
};

struct TaskStatus {
  TaskState state = TaskState::starting;
  world::Time since{};          // when it came to this state
  bool over = false;            // it has ended, and its source is closed
  bool worked = false;          // it got beyond its start, whatever became of it
  std::string failure;          // why it FAILED
  bool needs_operator = false;  // it FAILED, and is not to be restarted by itself: a record has few deliveries left
  std::vector<DependencyStatus> dependencies;
  std::uint64_t in_flight = 0;
  world::Time last_progress{};
  world::Time last_turn{};                   // of the intake thread's loop; zero: none yet
  std::optional<world::Time> starved_since;  // records wait in the source and none of them comes
  std::uint64_t window = 0;                  // maximum of unsettled records at present
  RetryStatus retries;
  DeliveryFigures deliveries;
};

// What a task has at one moment.
struct TaskGauges {
  std::uint64_t in_flight = 0, in_flight_bytes = 0, unsaved_commits = 0, window = 0, retrying = 0;
  DeliveryFigures deliveries;
  bool needs_operator = false;
  // Of the world's clock; zero: never.
  world::Time last_turn{}, last_received{}, last_error{}, retrying_since{};
};

class Task {
 public:
  // changed: called on any thread when the status may be another one.
  Task(TaskSettings settings, world::World& world, const TaskParts& parts, std::function<void()> changed);
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  void start();
  void pause() { intake_->want(Wanted::pause); }
  void resume() { intake_->want(Wanted::run); }
  // Drains: what is in hand finishes within drain_timeout, or goes back.
  void stop() { intake_->want(Wanted::stop); }
  void ask(std::function<void(plugin::SourceHandle&)> question) { intake_->ask(std::move(question)); }
  void join();
  TaskStatus status() const;

  // As they stand now; the conservation law holds over them together with in_flight of `gauges`.
  TaskCounts counts(TaskGauges* gauges = nullptr) const;

 private:
  using GuardedSink = middleware::Guarded<plugin::SinkHandle>;
  using GuardedDedup = middleware::Guarded<plugin::DedupHandle>;

  struct Watched {  // a guard and the thread that looks after it
    middleware::Guard* guard;
    std::unique_ptr<middleware::Opener> opener;
  };

  template <class Handle>
  std::unique_ptr<middleware::Guarded<Handle>> guard(Handle* handle, middleware::Breaker* breaker, const std::string& name);
  void make_transforms(const TaskParts& parts);
  void make_lanes();
  RetryStatus retries() const;
  void start_threads();
  void end_threads();  // all but the intake's
  IntakeLinks links(const TaskParts& parts);
  bool downstream_ready() const;
  void dependency_is_back();
  DependencyStatus status_of(const middleware::Guard& guard) const;
  void add_lane(const Lane& lane, TaskCounts& counts, TaskGauges& gauges) const;

  const TaskSettings settings_;
  world::World& world_;
  const std::function<void()> changed_;
  middleware::Breaker& source_breaker_;
  UnsavedCommits unsaved_;
  std::atomic<world::Duration::rep> last_delivered_ = 0;
  std::vector<Watched> watched_;
  std::unique_ptr<GuardedSink> sink_, dead_letter_;
  std::unique_ptr<GuardedDedup> dedup_;
  ScopeBinding scope_binding_;
  std::vector<std::unique_ptr<middleware::Breaker>> transform_breakers_;
  std::vector<std::vector<std::unique_ptr<GuardedTransform>>> transforms_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Downstream> downstream_;
  std::unique_ptr<Keeper> keeper_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<world::Thread> intake_thread_;
};

}  // namespace connector_host::pipeline
