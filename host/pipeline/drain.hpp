#pragma once
// Drain: what lanes are ordered to do while a task takes nothing: finish what is in flight, return what cannot go on, and in
// the end return everything.
//
// A pause or stop has drain_timeout. A task that FAILED has it as well, but does not wait for retries, because its successor
// makes them. A hold returns at once. A record that its source would discard when it is returned has drain_timeout once more,
// to become a dead letter.
//
// A value with a pure step. The intake thread's own.
#include <chrono>
#include <cstdint>

#include "host/pipeline/lane_order.hpp"
#include "host/world/time.hpp"

namespace connector_host::pipeline {

struct DrainFacts {
  world::Time now{};
  bool empty = true;  // nothing is in flight
  bool failed = false, stopping = false, holding = false;
  std::uint32_t last_chances = 0;  // records in flight that the source discards when they are returned
};

// What changed; cancelling is final.
struct DrainOrders {
  LaneOrder lanes = LaneOrder::work;
  bool lanes_changed = false, cancel_writes = false, cancel_dead_letters = false;
};

class Drain {
 public:
  explicit Drain(std::chrono::milliseconds drain_timeout) : timeout_(drain_timeout) {}

  // The task takes nothing.
  DrainOrders step(const DrainFacts& facts);
  // The task takes records again.
  DrainOrders end();
  // How long lanes still have before everything is returned; never when they have no such time now.
  world::Duration time_left(world::Time now) const;

 private:
  LaneOrder order_now(const DrainFacts& facts) const;
  DrainOrders change_to(LaneOrder order);
  bool passed(const DrainFacts& facts, int timeouts) const { return facts.now >= since_ + timeouts * timeout_; }

  const std::chrono::milliseconds timeout_;
  world::Time since_{};  // zero: the task takes records
  LaneOrder order_ = LaneOrder::work;
  bool writes_cancelled_ = false;
};

}  // namespace connector_host::pipeline
