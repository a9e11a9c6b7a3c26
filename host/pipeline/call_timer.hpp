#pragma once
// CallTimer: makes a call and remembers when it began and ended. One lane's own.
#include <chrono>
#include <utility>

#include "host/pipeline/histogram.hpp"
#include "host/pipeline/lane_tracing.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

class CallTimer {
 public:
  explicit CallTimer(world::World& world) : world_(world) {}

  template <class Call>
  auto time(Call&& call) {
    times_.begun = world_.now();
    auto result = std::forward<Call>(call)();
    times_.ended = world_.now();
    return result;
  }
  // The call returns an optional: nothing when it was not made, and then nothing is observed.
  template <class Call>
  auto time(Histogram& histogram, Call&& call) {
    auto result = time(std::forward<Call>(call));
    if (result) histogram.observe(std::chrono::duration<double>(times_.ended - times_.begun).count());
    return result;
  }
  // Of the latest call.
  const CallTimes& times() const { return times_; }

 private:
  world::World& world_;
  CallTimes times_;
};

}  // namespace connector_host::pipeline
