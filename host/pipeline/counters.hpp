#pragma once
// Counters of a task. One thread writes each counter, any thread reads it: a relaxed store and load, no lock, and every
// struct on cache lines of its own, because neighbours are written by other threads.
//
// The conservation law: received = delivered + duplicate + dead_lettered + dropped + returned + in_flight.
#include <atomic>
#include <cstdint>

namespace connector_host::pipeline {

class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed); }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

struct alignas(128) IntakeCounters {  // written by the intake thread
  Counter received, received_bytes, redelivered, joined;
  Counter delivered, duplicate, dead_lettered, dropped, returned;
  Counter in_flight, in_flight_bytes;  // gauges
  Counter polls, acks, source_errors;
};

struct alignas(128) LaneCounters {  // written by one lane
  Counter batches;
  Counter claims_new, claims_done, claims_held, claims_lost, unchecked;
  Counter written, rejected, retries, maybe_delivered;
  Counter dead_letter_writes, dead_letter_failures;
  Counter commits_unsaved;
};

}  // namespace connector_host::pipeline
