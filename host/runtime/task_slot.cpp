#include "host/runtime/task_slot.hpp"

#include <exception>
#include <utility>

#include "host/runtime/connector_state.hpp"

namespace connector_host::runtime {

TaskSlot::TaskSlot(HostServices& services, std::uint32_t index, const topology::RestartConfig& restart, Make make)
    : services_(services), index_(index), make_(std::move(make)), supervision_(restart), task_(make_(index, false)) {}

void TaskSlot::start(bool paused) {
  paused_ = paused;
  if (paused) task_->task().pause();
  task_->task().start();
}

world::Time TaskSlot::tend(bool paused) {
  const pipeline::TaskStatus status = task_->status();
  const world::Time now = services_.world.now();
  std::unique_lock lock(mutex_);
  if (restart_wanted_ && !status.over) {
    lock.unlock();
    stop();
    return world::never;  // its end is told
  }
  if (!status.over) {
    lock.unlock();
    pause_or_resume(paused);
    return world::never;
  }
  if (!restart_wanted_) {
    if ((status.failure.empty() && make_failure_.empty()) || stays_failed_) return world::never;
    if (!again_) {
      if (!status.needs_operator) again_ = supervision_.failed(now);
      stays_failed_ = !again_;
      return again_.value_or(world::never);
    }
    if (now < *again_) return *again_;
    supervision_.started(now);
    ++retired_.supervised_restarts;
  } else {
    supervision_.reset();
    ++retired_.requested_restarts;
  }
  const bool by_operator = std::exchange(restart_wanted_, false);  // one that comes from now on is another one
  making_ = true;
  lock.unlock();
  begin_anew(paused, by_operator);
  return now;
}

void TaskSlot::begin_anew(bool paused, bool by_operator) {
  join();
  std::unique_ptr<RunningTask> next;
  std::string failure;
  try {
    next = make_(index_, by_operator);
  } catch (const std::exception& error) {
    failure = services_.scrubber.scrub(error.what());
  }
  {
    std::lock_guard lock(mutex_);
    making_ = stays_failed_ = false;
    again_.reset();
    restarts_ = supervision_.starts();
    make_failure_ = failure;
    if (!next) {
      again_ = supervision_.failed(services_.world.now());
      stays_failed_ = !again_;
      return;
    }
    retired_ += task_->task().counts();
    std::swap(task_, next);
  }
  next.reset();  // the one before
  stopping_ = false;
  start(paused);
}

void TaskSlot::pause_or_resume(bool paused) {
  if (stopping_ || std::exchange(paused_, paused) == paused) return;
  paused ? task_->task().pause() : task_->task().resume();
}

void TaskSlot::stop() {
  if (std::exchange(stopping_, true)) return;
  task_->stop();
}

bool TaskSlot::failed() const {
  return !view().status.failure.empty();
}

void TaskSlot::restart() {
  std::lock_guard lock(mutex_);
  restart_wanted_ = true;
}

void TaskSlot::look(const std::function<void(RunningTask&)>& with) const {
  std::lock_guard lock(mutex_);
  with(*task_);
}

TaskView TaskSlot::view() const {
  std::lock_guard lock(mutex_);
  TaskView view{.index = index_,
                .status = task_->status(),
                .restarting = restart_wanted_ || making_,
                .restarts = restarts_,
                .again = again_,
                .stays_failed = stays_failed_};
  pipeline::TaskCounts counts = task_->task().counts();
  counts += retired_;
  view.totals = totals_of(counts);
  view.end_to_end = counts[pipeline::TaskHistogram::end_to_end];
  view.stalled = stall_of(view.status, services_.world.now());
  if (!make_failure_.empty()) view.status.failure = make_failure_;
  return view;
}

pipeline::TaskCounts TaskSlot::counts(pipeline::TaskGauges* gauges) const {
  std::lock_guard lock(mutex_);
  pipeline::TaskCounts counts = retired_;
  counts += task_->task().counts(gauges);
  return counts;
}

}  // namespace connector_host::runtime
