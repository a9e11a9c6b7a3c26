#pragma once
// IntakeWindow: the maximum of unsettled records of a task. Slow start: one record after every start, reconnect or
// failure, twice as many after each window that was settled; and never more than the task settles, at its measured rate,
// within half of hold_max (or within a second, where that is longer), nor than max_in_flight_bytes holds of the latest records:
// a broker sends the whole window whatever its size, and a stop over a slow link has to wait for it.
//
// Why: each unsettled delivery costs one attempt when a connection or the process ends, and RabbitMQ discards a record
// after its delivery limit; and a broker's consumer timeout counts from the delivery of a record, not from its first
// write. The rate counts busy time only, so a queue that is empty most of the time does not look slow.
//
// Pure: no clock, no source. The intake thread's own.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "host/world/time.hpp"

namespace connector_host::pipeline {

class IntakeWindow {
 public:
  // most, most_bytes: upper bounds, at least one record.
  IntakeWindow(std::uint32_t most, std::uint64_t most_bytes, world::Duration hold_max);

  std::uint32_t size() const;
  // A connection begins, or something failed: the next window is one record. The measured rate stays.
  void restart();
  // Records are unsettled from now on; busy time runs.
  void busy(world::Time now);
  // So many records came, and their values have so many bytes together.
  void received(std::uint64_t records, std::uint64_t bytes);
  // So many records were settled for good (not returned). idle: none is unsettled any more.
  void settled(std::uint64_t records, bool idle, world::Time now);
  // The measured rate keeps it smaller than slow start would.
  bool is_bound_by_rate() const { return settleable() < grown_; }
  // Records per second of busy time, the highest of the latest three estimates: a pause of a dependency does not look like a
  // slow one at once. 0: not measured yet.
  double rate() const { return *std::max_element(estimates_.begin(), estimates_.end()); }

 private:
  double settleable() const;
  void take_sample(world::Duration busy, world::Time now);

  const std::uint32_t most_;
  const double most_bytes_;
  const double seconds_;                      // what is unsettled must be settled within
  double received_ = 0, received_bytes_ = 0;  // of all batches, older ones with less weight
  std::uint32_t grown_ = 1;
  std::uint64_t in_window_ = 0;  // settled of the present window
  std::array<double, 3> estimates_{};
  std::size_t next_estimate_ = 0;
  double records_ = 0, busy_seconds_ = 0;  // of all samples, older ones with less weight
  std::uint64_t in_sample_ = 0;            // settled since the latest sample
  bool is_busy_ = false;
  world::Duration busy_before_{};  // of the present sample, without the time since busy_since_
  world::Time busy_since_{};
};

}  // namespace connector_host::pipeline
