#pragma once
// Distributor: hands the entries of a task to its lanes: by the key whose order is kept, a batch for each lane at a time. A
// suspect goes alone: after everything before it is settled, and before anything behind it goes; so order is kept.
//
// While it holds entries back its owner takes no more. The intake thread's own.
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/suspects.hpp"
#include "host/pipeline/task_counters.hpp"

namespace connector_host::pipeline {

class Distributor {
 public:
  using Give = std::function<void(std::uint32_t lane, std::span<Entry* const>)>;
  Distributor(std::uint32_t lanes, Give give, Note note, world::World& world, IntakeCounters& counters);

  // Its order_key and, where it has one, its id are known.
  void add(Entry& entry);
  // What may go now goes.
  void hand_out();
  // It goes to no lane; settled() follows.
  void pass_over(const Entry&) { ++in_lanes_; }
  // Came back from its lane.
  void settled(const Entry& entry);
  bool holds_back() const { return !held_back_.empty() || alone_; }
  // Those that no lane has; they are the caller's now.
  void take_held_back(std::vector<Entry*>& out);

 private:
  void stage(Entry& entry);
  void let_suspects_go();
  void give_staged();

  const Give give_;
  IntakeCounters& counters_;
  Suspects suspects_;
  std::vector<std::vector<Entry*>> staged_;  // one per lane
  std::deque<Entry*> held_back_;
  std::uint64_t in_lanes_ = 0;
  const Entry* alone_ = nullptr;  // the suspect that a lane has
};

}  // namespace connector_host::pipeline
