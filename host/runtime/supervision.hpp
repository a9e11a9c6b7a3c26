#pragma once
// Supervision: when something that FAILED is started again: after waits that double, so many times an hour, then no more
// until somebody asks for it. Pure, on the time it is given; one thread.
#include <deque>
#include <optional>

#include "host/topology/topology_config.hpp"
#include "host/world/time.hpp"

namespace connector_host::runtime {

class Supervision {
 public:
  explicit Supervision(const topology::RestartConfig& config) : config_(config) {}

  // It failed now: when it is to start again. Nothing: it stays FAILED.
  std::optional<world::Time> failed(world::Time now);
  // It was started again by this.
  void started(world::Time now) { starts_.push_back(now); }
  // Somebody started it: the count begins anew.
  void reset() { starts_.clear(); }
  // Other waits and another limit; what was counted stays.
  void configure(const topology::RestartConfig& config) { config_ = config; }
  // Within the last hour.
  std::size_t starts() const { return starts_.size(); }

 private:
  topology::RestartConfig config_;
  std::deque<world::Time> starts_;
};

}  // namespace connector_host::runtime
