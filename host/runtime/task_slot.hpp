#pragma once
// TaskSlot: the place of one task of a connector, and the tasks that have it one after the other: when one FAILED or
// somebody wants it anew, the next is made with the secrets as they are then.
//
// All but look() and view() are of the connector's thread, which alone makes, starts and ends tasks. Those two see a whole
// task at any time: the mutex is held only to exchange it, never while one is made, joined or destroyed.
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/runtime/connector_view.hpp"
#include "host/runtime/running_task.hpp"
#include "host/runtime/supervision.hpp"

namespace connector_host::runtime {

class TaskSlot {
 public:
  // make: gives a task that was not started. Throws what it throws.
  // by_operator: somebody asked for this start.
  using Make = std::function<std::unique_ptr<RunningTask>(std::uint32_t index, bool by_operator)>;
  TaskSlot(HostServices& services, std::uint32_t index, const topology::RestartConfig& restart, Make make);

  void start(bool paused);
  // Moves it on: pauses or resumes it, starts it again when it is time or was wished for. Returns when to be called again.
  world::Time tend(bool paused);
  // It drains and ends; over() says when.
  void stop();
  bool over() const { return task_->status().over; }
  // Once over.
  void join() { task_->task().join(); }

  // Any thread.
  bool failed() const;
  void restart();
  void look(const std::function<void(RunningTask&)>& with) const;
  TaskView view() const;
  // Of all its tasks so far; gauges: what the present one has.
  pipeline::TaskCounts counts(pipeline::TaskGauges* gauges = nullptr) const;

 private:
  void pause_or_resume(bool paused);
  void begin_anew(bool paused, bool by_operator);

  HostServices& services_;
  const std::uint32_t index_;
  const Make make_;
  Supervision supervision_;
  bool paused_ = false, stopping_ = false;

  mutable std::mutex mutex_;  // guards the rest; the connector's thread reads task_ without it
  std::unique_ptr<RunningTask> task_;
  pipeline::TaskCounts retired_;  // of tasks before this one
  bool restart_wanted_ = false, making_ = false, stays_failed_ = false;
  std::optional<world::Time> again_;
  std::string make_failure_;  // why the next one could not be made
  std::size_t restarts_ = 0;
};

}  // namespace connector_host::runtime
