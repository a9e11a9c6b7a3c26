#pragma once
// SimProcess: one incarnation of the host in a simulation: one connector with its tasks, made of
// the shipped pipeline.
//
// It crashes (its threads end at their next scheduling point and its connections are cut) or stops
// as on SIGTERM. The simulation's main thread owns it.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/pipeline/task.hpp"
#include "tests/simulation/sim_components.hpp"
#include "tests/simulation/sim_world.hpp"

namespace simulation {

// The notes of a task.
struct SimNotes {
  std::string suspects, deliveries, commits;
};

struct SimProcessSettings {
  connector_host::pipeline::TaskSettings task;
  std::uint32_t tasks = 1;
  std::size_t prefetch = 10;
  std::string worker_id;
  bool dead_letter = true;          // else there is none
  bool patient_dead_letter = true;  // see SimContext
  bool transforms = false;
  std::uint32_t max_rejected = 1000;  // errors.max_rejected
  SimNotes* notes = nullptr;  // of each task: what outlives processes; else nothing is noted
  std::string
      may_fail_with;  // part of the reason for which tasks may fail; empty: they may not; "*": any
};

// What the tasks of processes have counted.
struct SimTally {
  connector_host::pipeline::Counts<connector_host::pipeline::LaneCount> lanes;
  std::uint64_t filtered = 0, failures = 0, guilty = 0;

  SimTally& operator+=(const SimTally& other);
};

class SimProcess {
 public:
  SimProcess(const SimProcessSettings& settings, const SimContext& outside);

  void crash();
  // One of its own threads has ended it.
  bool died() const { return process_.dead; }
  // Returns when all tasks have ended, or it died; else checks what must hold then.
  void stop();
  void pause_and_resume(Duration pause);
  // None of its threads runs for so long.
  void freeze(Duration time);
  bool failed(std::string& why) const;
  // Each task has failed and is over.
  bool all_failed() const;
  // One of them may be restarted by an operator only.
  bool needs_operator() const;
  connector_host::pipeline::TaskStatus status(std::size_t task) const {
    return running_.at(task).task->status();
  }
  SimTally tally() const;
  // received = delivered + duplicate + dead_lettered + dropped + returned + in flight
  void check_conservation() const;

 private:
  struct Running {
    std::unique_ptr<connector_host::plugin::SourceHandle> source;
    std::unique_ptr<connector_host::plugin::SinkHandle> sink, dead_letter;
    std::unique_ptr<connector_host::plugin::DedupHandle> store;
    std::vector<std::unique_ptr<connector_host::plugin::TransformHandle>> transforms;
    std::unique_ptr<connector_host::pipeline::Task> task;  // last: it uses the instances
  };
  void start_task(const SimProcessSettings& settings, std::uint32_t index);
  connector_host::pipeline::Note note(std::string& text);
  void add_transforms(Running& running, connector_host::pipeline::TaskParts& parts,
                      std::uint32_t lanes);

  Process process_;
  SimContext context_;
  SimWorld world_;
  connector_host_api api_{};
  connector_host::middleware::FloodGuard flood_guard_;
  connector_host::middleware::Breaker source_breaker_, sink_breaker_, dedup_breaker_,
      dead_letter_breaker_;
  const std::string may_fail_with_;
  const bool keeps_notes_;
  const bool drops_, transforms_;  // what is rejected; there are any
  const std::uint64_t
      most_set_aside_;  // lanes that ask at the same moment may go over the limit by what each has
  std::uint64_t dropped_ = 0, set_aside_ = 0;
  std::vector<Running> running_;
};

}  // namespace simulation
