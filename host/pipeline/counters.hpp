#pragma once
// Counters of a task. One thread writes each counter, any thread reads it: no lock, no read-modify-write, and every struct
// on cache lines of its own, because neighbours are written by other threads.
//
// The conservation law: received = delivered + duplicate + dead_lettered + dropped + returned + in_flight.
//
// Counts<…> is what one or several of them stood at: plain numbers that can be added up.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace connector_host::pipeline {

// Stores release and loads acquire, which ConsistentSection stands on; on x86 both are plain moves.
class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_release); }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_release); }
  std::uint64_t value() const { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// Count is an enum whose last name is `end`.
template <class Count>
struct Counts {
  std::array<std::uint64_t, std::size_t(Count::end)> values{};

  std::uint64_t operator[](Count count) const { return values[std::size_t(count)]; }
  Counts& operator+=(const Counts& other) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
    return *this;
  }
};

template <class Count>
class Counters {
 public:
  Counter& operator[](Count count) { return counters_[std::size_t(count)]; }
  const Counter& operator[](Count count) const { return counters_[std::size_t(count)]; }
  Counts<Count> read() const {
    Counts<Count> counts;
    for (std::size_t i = 0; i < counters_.size(); ++i) counts.values[i] = counters_[i].value();
    return counts;
  }

 private:
  std::array<Counter, std::size_t(Count::end)> counters_;
};

// Counters that one thread changes together, and that readers want to see as they stand together: a reader that comes in
// between reads again. The writer never waits. (A sequence lock over atomics: what it guards is release and acquire.)
class ConsistentSection {
 public:
  class Change {
   public:
    explicit Change(ConsistentSection& section) : version_(section.version_) { version_.add(); }
    ~Change() { version_.add(); }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

   private:
    Counter& version_;
  };

  template <class Read>
  auto read(Read&& read_all) const {
    for (;;) {
      const std::uint64_t before = version_.value();
      auto all = read_all();
      if (before % 2 == 0 && version_.value() == before) return all;
      std::this_thread::yield();
    }
  }

 private:
  Counter version_;  // odd: a change is under way
};

enum class IntakeCount : std::uint8_t {
  received,
  received_bytes,
  redelivered,
  joined,
  unidentified,  // rejected because the rule for the id or for the key found none
  keyless,       // the rule for the key found none
  unreadable,    // rejected because the source could not read them
  undecodable,   // rejected because the sink is to get them decoded and they could not be
  suspects,      // worked on alone
  guilty,        // rejected because the process ended with them
  delivered,
  duplicate,
  dead_lettered,
  dropped,
  returned,
  acked,     // records
  requeued,  // records
  ack_calls,
  polls,
  running_us,  // how long it was in these states
  paused_us,
  out_of_records_us,     // how long nothing was taken because max_in_flight was reached
  out_of_bytes_us,       // … max_in_flight_bytes was reached
  out_of_dependency_us,  // … something downstream was not ready
  source_opened,
  source_not_opened,
  source_lost,
  source_failed_calls,
  source_refused_calls,  // only the user can mend it
  end
};

enum class LaneCount : std::uint8_t {
  batches,
  claims_new,
  claims_done,
  claims_held,
  claims_lost,
  unchecked,
  written,
  written_bytes,
  rejected_by_transform,
  rejected_by_sink,
  put_off_by_dedup,  // to be tried again
  put_off_by_transform,
  put_off_by_sink,
  put_off_by_dead_letter,
  maybe_delivered,
  dead_letter_writes,
  dead_letter_failures,
  commits_unsaved,
  retries_given_up,  // rejected after they had failed for too long
  skipped,           // rejected, and dropped as the user wants it
  end
};

}  // namespace connector_host::pipeline
