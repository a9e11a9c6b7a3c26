#pragma once
// Hold: decides when a task returns everything it has in flight and stops taking, because nothing of it is settled any
// more, and when it may take again.
//
// An outage of any length costs a record one redelivery: records are kept for hold_max without progress, are requeued once, and
// the task takes again when everything downstream is available. Where that is available and still nothing is delivered,
// each attempt costs another redelivery, and the pauses between attempts double. Records that are delivered slowly are
// progress, however old the oldest one is.
//
// A value with a pure step. The intake thread's own.
#include <cstdint>

#include "host/world/time.hpp"

namespace connector_host::pipeline {

struct HoldFacts {
  world::Time now{};
  bool empty = true;            // nothing is in flight
  bool ready = true;            // everything downstream is available
  bool takes = true;            // the source is open, and nothing else keeps the task from taking
  world::Time last_progress{};  // something was settled for good, or the first record of an empty task was taken
};

class Hold {
 public:
  explicit Hold(world::Duration hold_max) : hold_max_(hold_max) {}

  bool is_on() const { return on_; }
  void step(const HoldFacts& facts);
  // Something was delivered: the next hold begins with no pause again.
  void delivered() { attempts_ = 0; }

 private:
  static constexpr std::uint32_t most_doublings = 5;

  void begin(world::Time until) {
    on_ = true;
    until_ = until;
  }

  const world::Duration hold_max_;
  bool on_ = false;
  world::Time until_{};         // not over before this
  world::Time ready_at_{};      // the latest step at which downstream was ready, or did not matter
  std::uint32_t attempts_ = 0;  // holds since something was delivered
};

}  // namespace connector_host::pipeline
