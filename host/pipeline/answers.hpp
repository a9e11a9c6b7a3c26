#pragma once
// Answers: what a task's source is to be told of the records that lanes have settled, acks and nacks, and how old those
// records are, for the metrics. They are gathered for one turn of the intake thread and sent in at most two calls.
//
// It decides nothing: InFlight::finish says which position gets which answer. The intake thread's own.
#include <cstdint>
#include <vector>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/source_connection.hpp"
#include "host/pipeline/task_counters.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

class Answers {
 public:
  Answers(world::World& world, SourceConnection& connection, IntakeCounters& counters) : world_(world), connection_(connection), counters_(counters) {}

  // Positions to be answered; InFlight::finish adds to them.
  std::vector<std::uint64_t>& acks() { return acks_; }
  std::vector<std::uint64_t>& nacks() { return nacks_; }
  bool empty() const { return acks_.empty() && nacks_.empty(); }
  // This one and those that joined it are among them.
  void note_age(const Entry& entry);
  // Of a source that is closed nobody takes answers: what it had handed out comes again. True: some were put back, and come
  // again from this one.
  bool send();

 private:
  struct Age {  // records received together
    world::Time received;
    std::uint64_t records;
  };
  void count_acks() const;

  world::World& world_;
  SourceConnection& connection_;
  IntakeCounters& counters_;
  std::vector<std::uint64_t> acks_, nacks_;
  std::vector<Age> ages_;
};

}  // namespace connector_host::pipeline
