#include "tests/simulation/sim_process.hpp"

namespace simulation {

namespace pipeline = connector_host::pipeline;
namespace plugin = connector_host::plugin;

SimProcess::SimProcess(const SimProcessSettings& settings, const SimContext& outside)
    : context_{outside.scheduler, process_, outside.queue, outside.store, outside.log, outside.faults, outside.maybe_delivered, settings.prefetch},
      world_(outside.scheduler, process_),
      source_breaker_(world_, {}),
      sink_breaker_(world_, {}),
      dedup_breaker_(world_, {}),
      dead_letter_breaker_(world_, {}) {
  api_.struct_size = sizeof api_;
  api_.self = &context_;
  for (std::uint32_t i = 0; i < settings.tasks; ++i) start_task(settings, i);
}

void SimProcess::start_task(const SimProcessSettings& settings, std::uint32_t index) {
  Running running;
  running.source = std::make_unique<plugin::SourceHandle>(sim_source(), api_, "{}");
  running.sink = std::make_unique<plugin::SinkHandle>(sim_sink(), api_, "{}");
  running.dead_letter = std::make_unique<plugin::SinkHandle>(sim_dead_letter(), api_, "{}");
  running.store = std::make_unique<plugin::DedupHandle>(sim_store(), api_, "{}");
  pipeline::TaskParts parts{*running.source, source_breaker_, *running.sink, sink_breaker_, nullptr, nullptr, nullptr, nullptr, {}};
  parts.dedup = running.store.get();
  parts.dedup_breaker = &dedup_breaker_;
  parts.dead_letter = running.dead_letter.get();
  parts.dead_letter_breaker = &dead_letter_breaker_;
  pipeline::TaskSettings task = settings.task;
  task.task = index;
  task.owner = settings.worker_id + "/sim/" + std::to_string(index);
  running.task = std::make_unique<pipeline::Task>(task, world_, parts, [] {});
  running.task->start();
  running_.push_back(std::move(running));
}

void SimProcess::crash() {
  process_.dead = true;
  for (const Running& each : running_) each.source->close();
}

void SimProcess::stop() {
  for (const Running& each : running_) each.task->stop();
  for (const Running& each : running_) each.task->join();
  std::string why;
  if (failed(why)) context_.scheduler.violated("a task failed: " + why);
  for (const Running& each : running_) {
    pipeline::TaskGauges gauges;
    each.task->counts(&gauges);
    if (gauges.unsaved_commits > 0) context_.maybe_delivered = true;  // the store could not be told before the end
  }
  check_conservation();
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

void SimProcess::check_conservation() const {
  for (const Running& each : running_) {
    using enum pipeline::IntakeCount;
    pipeline::TaskGauges gauges;
    const auto counts = each.task->counts(&gauges).intake;
    const std::uint64_t out = counts[delivered] + counts[duplicate] + counts[dead_lettered] + counts[dropped] + counts[returned];
    if (gauges.in_flight != 0) context_.scheduler.violated("a task ended with records in hand");
    if (gauges.in_flight_bytes != 0) context_.scheduler.violated("a task ended with a lease");
    if (counts[received] != out) context_.scheduler.violated("records are not conserved");
  }
}

}  // namespace simulation
