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

#include "host/pipeline/admission.hpp"
#include "host/pipeline/answers.hpp"
#include "host/pipeline/backlog_watch.hpp"
#include "host/pipeline/delivery_budget.hpp"
#include "host/pipeline/distributor.hpp"
#include "host/pipeline/drain.hpp"
#include "host/pipeline/hold.hpp"
#include "host/pipeline/identifier.hpp"
#include "host/pipeline/in_flight.hpp"
#include "host/pipeline/intake_tracing.hpp"
#include "host/pipeline/intake_window.hpp"
#include "host/pipeline/lane_order.hpp"
#include "host/pipeline/mailbox.hpp"
#include "host/pipeline/returned_keys.hpp"
#include "host/pipeline/scrub.hpp"
#include "host/pipeline/source_connection.hpp"
#include "host/pipeline/source_questions.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/pipeline/task_state.hpp"

namespace connector_host::pipeline {

// What intake needs of the rest of its task. Called from the intake thread.
struct IntakeLinks {
  std::function<bool()> downstream_ready;
  std::function<std::uint64_t()> retrying;  // records that failed by themselves and wait
  std::function<void(std::uint32_t lane, std::span<Entry* const>)> give;
  std::function<void(LaneOrder)> order;       // to all lanes
  std::function<void()> cancel_writes;        // of the sink, and the transforms; final
  std::function<void()> cancel_dead_letters;  // final
  std::function<void()> changed;              // the task's state is another one
  // The source is open and has handed out nothing. BAD_CONFIG: another pipeline uses the dedup scope.
  std::function<plugin::CallResult(plugin::SourceHandle&)> bind_scope;
  Note suspects, spent_deliveries;
  Scrub scrub;
  bool dedup = false;               // there is a dedup store
  bool sets_rejects_aside = false;  // there is a dead letter, or rejected records may be dropped
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
  void ask(SourceQuestions::Question question);
  void settled(std::span<Entry* const> entries);
  void detached(std::span<Entry* const> entries);

  // What it is doing; for any thread.
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  TaskState state() const { return state_.load(std::memory_order_acquire); }
  std::string failure() const;
  // It got beyond its start, whatever became of it.
  bool worked() const { return worked_.load(std::memory_order_acquire); }
  // It FAILED, and a restart would spend a delivery that a record may not have left: only an operator may restart it.
  bool needs_operator() const { return needs_operator_.load(std::memory_order_acquire); }
  DeliveryFigures deliveries() const { return budget_.figures(); }
  std::uint32_t window() const { return shown_window_.load(std::memory_order_relaxed); }
  bool source_up() const { return connection_.is_up(); }
  std::string source_error() const { return connection_.last_error(); }
  world::Time state_since() const { return world::Time(world::Duration(state_since_.load(std::memory_order_relaxed))); }
  world::Time last_progress() const { return world::Time(world::Duration(last_progress_.load(std::memory_order_relaxed))); }
  // When a record was last settled for good; 0: not yet.
  const std::atomic<world::Duration::rep>& last_settled() const { return last_settled_; }
  std::optional<world::Time> starved_since() const { return backlog_watch_.starved_since(); }
  const IntakeCounters& counters() const { return counters_; }

 private:
  bool over();
  void count_time();
  void begin_run();
  void end_run();
  void take_settled();
  void learn_from(const Entry& entry, world::Time now);
  void settle_window(std::uint64_t settled, world::Time now);
  void restart_window();
  std::uint32_t window_now() const;
  // Steering.
  void steer();
  bool may_take() const;
  bool stopping() const { return wanted_.load(std::memory_order_acquire) == Wanted::stop; }
  void obey(const DrainOrders& orders);
  void return_held_back();
  void return_entries(std::vector<Entry*>& entries);
  void step_hold();
  void fail_for_good(const std::string& why);
  void show(TaskState state);
  TaskState state_now() const;
  // Reading.
  void open_source();
  void begin_connection();
  std::uint32_t room() const;
  void read();
  void moderate();
  std::chrono::milliseconds poll_time() const;
  std::optional<IntakeCount> obstacle(bool take, std::uint32_t room) const;
  void take_batch(const connector_batch& batch, std::uint32_t room);
  void admit(const connector_batch& batch, std::uint32_t room, world::Time now);
  void observe_event_age(const connector_batch& batch);
  void note_delivery(Entry& entry, world::Time now);

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
  std::atomic<bool> needs_operator_ = false;
  std::atomic<std::uint32_t> shown_window_ = 1;
  std::atomic<TaskState> state_ = TaskState::starting;
  std::atomic<world::Duration::rep> state_since_, last_progress_, last_settled_ = 0;
  SourceQuestions questions_;
  mutable std::mutex mutex_;  // guards failure_
  std::string failure_;

  // The intake thread's own.
  InFlight in_flight_;
  Identifier identifier_;
  IntakeTracing tracing_;
  Distributor distributor_;
  IntakeWindow window_;
  Hold hold_;
  Drain drain_;
  DeliveryBudget budget_;
  ReturnedKeys returned_keys_;
  Admission admission_;
  std::vector<Entry*> mail_, detached_mail_;
  bool source_ended_ = false;
  std::uint32_t last_chances_ = 0;       // records in flight that the source discards when they are returned
  world::Time counted_until_{};          // of the time in states
  std::optional<IntakeCount> obstacle_;  // to taking more; what the time is counted as
  std::uint64_t last_read_ = 0;
};

}  // namespace connector_host::pipeline
