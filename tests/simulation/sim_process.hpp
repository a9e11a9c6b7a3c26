#pragma once
// SimProcess: one incarnation of the host in a simulation: one connector with its tasks, made of the shipped pipeline.
//
// It crashes (its threads end at their next scheduling point and its connections are cut) or stops as on SIGTERM. The
// simulation's main thread owns it.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/pipeline/task.hpp"
#include "tests/simulation/sim_components.hpp"
#include "tests/simulation/sim_world.hpp"

namespace simulation {

struct SimProcessSettings {
  connector_host::pipeline::TaskSettings task;
  std::uint32_t tasks = 1;
  std::size_t prefetch = 10;
  std::string worker_id;
};

class SimProcess {
 public:
  SimProcess(const SimProcessSettings& settings, const SimContext& outside);

  void crash();
  // Returns when all tasks have ended; checks what must hold then.
  void stop();
  void pause_and_resume(Duration pause);
  bool failed(std::string& why) const;
  // received = delivered + duplicate + dead_lettered + dropped + returned + in flight
  void check_conservation() const;

 private:
  struct Running {
    std::unique_ptr<connector_host::plugin::SourceHandle> source;
    std::unique_ptr<connector_host::plugin::SinkHandle> sink, dead_letter;
    std::unique_ptr<connector_host::plugin::DedupHandle> store;
    std::unique_ptr<connector_host::pipeline::Task> task;  // last: it uses the instances
  };
  void start_task(const SimProcessSettings& settings, std::uint32_t index);

  Process process_;
  SimContext context_;
  SimWorld world_;
  connector_host_api api_{};
  connector_host::middleware::Breaker source_breaker_, sink_breaker_, dedup_breaker_, dead_letter_breaker_;
  std::vector<Running> running_;
};

}  // namespace simulation
