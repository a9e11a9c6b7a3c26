#pragma once
// Intake: the thread that owns a task's source. It polls while the budget allows, finds each record's id, joins it to the
// same id in hand, hands it to the lane of its key (Distributor), and sends the answers of what lanes settled. However long lanes wait,
// it keeps polling (for no records), so that the source can service its connection.
//
// It also steers the task: it takes nothing before everything downstream has answered, and pauses, holds, drains and
// fails the task. Orders (want, fail, wake, settled, detached) are thread-safe; everything else is the intake thread's.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/pipeline/answers.hpp"
#include "host/pipeline/backlog_watch.hpp"
#include "host/pipeline/distributor.hpp"
#include "host/pipeline/id_rule.hpp"
#include "host/pipeline/in_flight.hpp"
#include "host/pipeline/intake_tracing.hpp"
#include "host/pipeline/mailbox.hpp"
#include "host/pipeline/source_connection.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/pipeline/task_state.hpp"

namespace connector_host::pipeline {

// What intake needs of the rest of its task. Called from the intake thread.
struct IntakeLinks {
  std::function<bool()> downstream_ready;
  std::function<void(std::uint32_t lane, std::span<Entry* const>)> give;
  std::function<void(bool on)> return_everything;  // of all lanes
  std::function<void()> cancel_writes;             // and the transforms; final
  std::function<void()> changed;                   // the task's state is another one
  SuspectNote suspects;
};

class Intake {
 public:
  Intake(const TaskSettings& settings, world::World& world, plugin::SourceHandle& source, middleware::Breaker& breaker, tracing::Tracer* tracer,
         IntakeLinks links);

  // The body of the thread; returns when the task is over and the source closed.
  void run();
  // Instead of run(): the task is over before it began, and FAILED.
  void cannot_run(const std::string& why);

  // Orders.
  void want(Wanted wanted);
  void fail(const std::string& why);  // the first reason stays
  void wake() { connection_.wake(); }
  // Asks the source something on the intake thread, between two polls. Not called when the task is over before.
  void ask(std::function<void(plugin::SourceHandle&)> question);
  void settled(std::span<Entry* const> entries);
  void detached(std::span<Entry* const> entries);

  // What it is doing; for any thread.
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  TaskState state() const { return state_.load(std::memory_order_acquire); }
  std::string failure() const;
  // It got beyond its start, whatever became of it.
  bool worked() const { return worked_.load(std::memory_order_acquire); }
  bool source_up() const { return connection_.is_up(); }
  std::string source_error() const { return connection_.last_error(); }
  world::Time state_since() const { return world::Time(world::Duration(state_since_.load(std::memory_order_relaxed))); }
  world::Time last_progress() const { return world::Time(world::Duration(last_progress_.load(std::memory_order_relaxed))); }
  std::optional<world::Time> starved_since() const { return backlog_watch_.starved_since(); }
  const IntakeCounters& counters() const { return counters_; }

 private:
  bool over();
  void answer_questions();
  void count_time();
  void take_settled();
  void learn_from(const Entry& entry);
  // Steering.
  void steer();
  bool may_take() const;
  void quiet_down();
  void return_held_back();
  void look_for_hold();
  void show(TaskState state);
  TaskState state_now() const;
  // Reading.
  void open_source();
  void read();
  void moderate();
  std::chrono::milliseconds poll_time() const;
  std::optional<IntakeCount> obstacle(bool take, std::uint32_t room) const;
  void take_batch(const connector_batch& batch, std::uint32_t room);
  void admit(const connector_batch& batch, std::uint32_t room, world::Time now);
  void observe_event_age(const connector_batch& batch);
  bool identify(Entry& entry);

  const TaskSettings& settings_;
  world::World& world_;
  const IntakeLinks links_;
  IntakeCounters counters_;
  SourceConnection connection_;
  Answers answers_;
  BacklogWatch backlog_watch_;
  std::unique_ptr<world::Gate> nap_;  // moderation; nobody opens it
  Mailbox<Entry> settled_, detached_;

  std::atomic<Wanted> wanted_ = Wanted::run;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> finished_ = false;
  std::atomic<bool> worked_ = false;
  std::atomic<TaskState> state_ = TaskState::starting;
  std::atomic<world::Duration::rep> state_since_, last_progress_;
  std::atomic<bool> asked_ = false;
  mutable std::mutex mutex_;  // guards the next two
  std::string failure_;
  std::vector<std::function<void(plugin::SourceHandle&)>> questions_;

  // The intake thread's own.
  InFlight in_flight_;
  IdRule id_rule_;
  IntakeTracing tracing_;
  Distributor distributor_;
  std::vector<Entry*> mail_, detached_mail_;
  bool source_ended_ = false;
  world::Time next_hold_look_{}, hold_until_{};
  world::Time unready_since_{};  // the last look at which what is downstream was ready, or did not count
  std::uint32_t holds_ = 0;      // since something was delivered
  bool holding_ = false, returning_ = false, cancelled_ = false;
  world::Time quiet_since_{};            // zero: taking
  world::Time counted_until_{};          // of the time in states
  std::optional<IntakeCount> obstacle_;  // to taking more; what the time is counted as
  std::uint64_t last_read_ = 0;
};

}  // namespace connector_host::pipeline
