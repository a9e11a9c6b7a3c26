#include "tests/simulation/sim_process.hpp"

#include <algorithm>

#include "connector/view.hpp"
#include "tests/simulation/sim_transforms.hpp"

namespace simulation {

namespace pipeline = connector_host::pipeline;
namespace plugin = connector_host::plugin;

SimProcess::SimProcess(const SimProcessSettings& settings, const SimContext& outside)
    : context_{outside.scheduler,
               process_,
               outside.queue,
               outside.store,
               outside.log,
               outside.faults,
               outside.tolerated,
               settings.prefetch,
               settings.task.drain_timeout,
               settings.patient_dead_letter},
      world_(outside.scheduler, process_),
      flood_guard_(settings.max_rejected),
      source_breaker_(world_, {}),
      sink_breaker_(world_, {}),
      dedup_breaker_(world_, {}),
      dead_letter_breaker_(world_, {}),
      may_fail_with_(settings.may_fail_with),
      keeps_notes_(settings.notes != nullptr),
      drops_(settings.task.tolerate_errors && !settings.dead_letter),
      transforms_(settings.transforms),
      most_set_aside_(settings.max_rejected +
                      (settings.tasks * settings.task.workers - 1) * settings.task.max_in_flight) {
  api_.struct_size = sizeof api_;
  api_.self = &context_;
  for (std::uint32_t i = 0; i < settings.tasks; ++i) start_task(settings, i);
}

void SimProcess::start_task(const SimProcessSettings& settings, std::uint32_t index) {
  Running running;
  running.source = std::make_unique<plugin::SourceHandle>(sim_source(), api_, "{}");
  running.sink = std::make_unique<plugin::SinkHandle>(sim_sink(), api_, "{}");
  if (settings.dead_letter)
    running.dead_letter = std::make_unique<plugin::SinkHandle>(sim_dead_letter(), api_, "{}");
  running.store = std::make_unique<plugin::DedupHandle>(sim_store(), api_, "{}");
  pipeline::TaskParts parts{*running.source, source_breaker_, *running.sink,
                            sink_breaker_,   nullptr,         nullptr,
                            nullptr,         nullptr,         {}};
  parts.dedup = running.store.get();
  parts.dedup_breaker = &dedup_breaker_;
  parts.dead_letter = running.dead_letter.get();
  parts.dead_letter_breaker = &dead_letter_breaker_;
  parts.set_aside = [this](const pipeline::Entry& entry) {
    if (++set_aside_ > most_set_aside_)
      context_.scheduler.violated("more was dead-lettered than errors.max_rejected");
    if (!drops_) return;
    ++dropped_;
    context_.log.drop(connector::text(entry.record.value));
  };
  parts.flood_guard = &flood_guard_;
  if (settings.notes) {
    parts.suspects = note(settings.notes[index].suspects);
    parts.spent_deliveries = note(settings.notes[index].deliveries);
    parts.unsaved_commits = note(settings.notes[index].commits);
  }
  if (transforms_) add_transforms(running, parts, settings.task.workers);
  pipeline::TaskSettings task = settings.task;
  task.task = index;
  task.owner = settings.worker_id + "/sim/" + std::to_string(index);
  running.task = std::make_unique<pipeline::Task>(task, world_, parts, [] {});
  running.task->start();
  running_.push_back(std::move(running));
}

// A process that is dead writes nothing.
pipeline::Note SimProcess::note(std::string& text) {
  return {[&text] { return text; },
          [this, &text](const std::string& now) {
            if (!process_.dead) text = now;
          }};
}

// The splitter, then the filter, of each lane its own.
void SimProcess::add_transforms(Running& running, pipeline::TaskParts& parts, std::uint32_t lanes) {
  for (std::uint32_t i = 0; i < lanes; ++i) {
    auto& of_lane = parts.transforms.emplace_back();
    for (const connector_component* each : {&sim_splitter(), &sim_filter()}) {
      running.transforms.push_back(std::make_unique<plugin::TransformHandle>(*each, api_, "{}"));
      of_lane.push_back(running.transforms.back().get());
    }
  }
}

void SimProcess::crash() {
  for (const Running& each : running_) {
    pipeline::TaskGauges gauges;
    const std::uint64_t forgotten = each.task->counts(&gauges).commits_forgotten;
    context_.tolerated += gauges.in_flight + gauges.unsaved_commits + forgotten;
  }
  process_.dead = true;
  for (const Running& each : running_) each.source->close();
}

void SimProcess::stop() {
  for (const Running& each : running_) each.task->stop();
  for (const Running& each : running_) each.task->join();
  if (died()) return;
  std::string why;
  if (failed(why) && may_fail_with_ != "*" &&
      (may_fail_with_.empty() || why.find(may_fail_with_) == std::string::npos))
    context_.scheduler.violated("a task failed: " + why);
  for (const Running& each : running_) {
    pipeline::TaskGauges gauges;
    const pipeline::TaskCounts counts = each.task->counts(&gauges);
    // There was no more room to remember them, or nothing outlives the process.
    context_.tolerated += counts.commits_forgotten + (keeps_notes_ ? 0 : gauges.unsaved_commits);
  }
  check_conservation();
}

void SimProcess::freeze(Duration time) {
  process_.frozen_until = context_.scheduler.now() + time;
}

void SimProcess::pause_and_resume(Duration pause) {
  for (const Running& each : running_) each.task->pause();
  context_.scheduler.sleep(pause);
  for (const Running& each : running_) each.task->resume();
}

bool SimProcess::failed(std::string& why) const {
  for (const Running& each : running_) {
    const pipeline::TaskStatus status = each.task->status();
    if (status.state == pipeline::TaskState::failed) why = status.failure;
  }
  return !why.empty();
}

bool SimProcess::all_failed() const {
  return std::all_of(running_.begin(), running_.end(), [](const Running& each) {
    const pipeline::TaskStatus status = each.task->status();
    return status.state == pipeline::TaskState::failed && status.over;
  });
}

bool SimProcess::needs_operator() const {
  return std::any_of(running_.begin(), running_.end(),
                     [](const Running& each) { return each.task->status().needs_operator; });
}

SimTally& SimTally::operator+=(const SimTally& other) {
  lanes += other.lanes;
  filtered += other.filtered;
  failures += other.failures;
  guilty += other.guilty;
  return *this;
}

SimTally SimProcess::tally() const {
  SimTally tally;
  for (const Running& each : running_) {
    const pipeline::TaskCounts counts = each.task->counts();
    tally.lanes += counts.lanes;
    for (const pipeline::TransformCounts& transform : counts.transforms)
      tally.filtered += transform.filtered;
    tally.guilty += counts.intake[pipeline::IntakeCount::guilty];
    tally.failures += each.task->status().state == pipeline::TaskState::failed;
  }
  return tally;
}

void SimProcess::check_conservation() const {
  std::uint64_t gone = 0, skipped = 0;
  for (const Running& each : running_) {
    using enum pipeline::IntakeCount;
    pipeline::TaskGauges gauges;
    const auto counts = each.task->counts(&gauges).intake;
    const std::uint64_t out = counts[delivered] + counts[duplicate] + counts[dead_lettered] +
                              counts[dropped] + counts[returned];
    if (gauges.in_flight != 0) context_.scheduler.violated("a task ended with records in hand");
    if (gauges.in_flight_bytes != 0) context_.scheduler.violated("a task ended with a lease");
    if (counts[received] != out) context_.scheduler.violated("records are not conserved");
    gone += counts[dropped];
    skipped += each.task->counts().lanes[pipeline::LaneCount::skipped];
  }
  if (skipped != dropped_)
    context_.scheduler.violated(
        "what was dropped for want of a dead letter is not what was counted so");
  const bool others = transforms_;  // a transform drops as well
  if (others ? gone < skipped : gone != skipped)
    context_.scheduler.violated("a rejected record was dropped and not counted");
}

}  // namespace simulation
