#pragma once
// BatchSize: how many records a lane puts into one batch: as many as it works off, at its measured speed, within a quarter of
// hold_max and half of write_timeout, and at most 1,000. So a lane whose sink is slow settles something in time: the task does
// not hold, and the sink does not run out of time.
//
// Pure. One lane's own.
#include <algorithm>
#include <chrono>
#include <cstddef>

#include "host/world/time.hpp"

namespace connector_host::pipeline {

class BatchSize {
 public:
  static constexpr std::size_t most = 1000;

  BatchSize(world::Duration hold_max, world::Duration write_timeout) : budget_(std::min(seconds(hold_max) / 4, seconds(write_timeout) / 2)) {}

  std::size_t limit() const {
    if (for_each_ * double(most) <= budget_) return most;
    return std::max<std::size_t>(std::size_t(budget_ / for_each_), 1);
  }
  // A batch of so many records took so long.
  void took(std::size_t records, world::Duration time) {
    const double measured = seconds(time) / double(std::max<std::size_t>(records, 1));
    for_each_ = for_each_ > 0 ? (for_each_ + measured) / 2 : measured;
  }

 private:
  static double seconds(world::Duration time) { return std::chrono::duration<double>(time).count(); }

  const double budget_;
  double for_each_ = 0;  // seconds; 0: not measured yet
};

}  // namespace connector_host::pipeline
