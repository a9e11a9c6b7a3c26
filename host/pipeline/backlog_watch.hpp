#pragma once
// BacklogWatch: sees that records wait in a source and none of them comes. A source that has records and gives none is as
// stuck as a lane that settles none, and only the source can tell.
//
// Where somebody else takes them there are fewer of them from one look to the next: that is no starving. The intake
// thread's; starved_since() is for all. Owned by Intake.
#include <atomic>
#include <cstdint>
#include <optional>

#include "host/plugin/source_handle.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

class BacklogWatch {
 public:
  BacklogWatch(world::World& world, plugin::SourceHandle& source) : world_(world), source_(source) {}

  // After each poll. idle: records could have come, none did, and none is in hand. Asks the source now and then; what it
  // answers when it is not well.
  plugin::CallResult look(bool idle);
  // Nothing: it is not so, or not known.
  std::optional<world::Time> starved_since() const;

 private:
  plugin::CallResult ask(world::Time now);
  void set(world::Time since) { starved_since_.store(since.time_since_epoch().count(), std::memory_order_relaxed); }

  world::World& world_;
  plugin::SourceHandle& source_;
  world::Time next_look_{};
  std::uint64_t records_ = 0;  // as many there were at the last look
  std::atomic<world::Duration::rep> starved_since_ = 0;
};

}  // namespace connector_host::pipeline
