#pragma once
// CrashCensus: how far the records in flight had come when a process crashed: what the table of
// docs/life-of-a-batch.md is about.
//
// A plain count, filled from the models, which know what became of each delivery since it was made.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/simulation/models.hpp"

namespace simulation {

enum class Reached : std::uint8_t {
  taken,          // not claimed
  claimed,        // and no write of it under way
  writing,        // under way, not written
  written,        // under way still: nobody here knows
  confirmed,      // not committed
  committed,      // not acknowledged
  dead_lettered,  // not acknowledged
  end
};

class CrashCensus {
 public:
  void count(const Message& message, const LogModel& log, const StoreModel& store) {
    ++counts_[std::size_t(reached(message, log, store))];
  }
  std::uint64_t operator[](Reached stage) const { return counts_[std::size_t(stage)]; }
  CrashCensus& operator+=(const CrashCensus& other);
  std::string text() const;

 private:
  static Reached reached(const Message& message, const LogModel& log, const StoreModel& store);

  std::array<std::uint64_t, std::size_t(Reached::end)> counts_{};
};

}  // namespace simulation
