#pragma once
// Scenario: one seed's run: a queue with repeats and poison in it, a host that is disturbed in
// every way its faults allow, then quiet, in which everything must arrive. Ends the program at the
// first violated invariant.
#include <cstdint>

#include "tests/simulation/crash_census.hpp"
#include "tests/simulation/sim_process.hpp"

namespace simulation {

struct ScenarioResult {
  std::uint64_t steps = 0, messages = 0, repeats = 0, crashes = 0, restarts = 0, truncated = 0,
                mended = 0, flooded = 0;
  std::uint64_t most_deliveries = 0, freezes = 0;
  CrashCensus census;
  SimTally tally;

  ScenarioResult& operator+=(const ScenarioResult& other);
};

ScenarioResult run_scenario(std::uint64_t seed);

// Nothing is wrong but one dependency, which is away for minutes or hours while messages are in
// hand. A message is delivered once more at most, or, where the dependency opens and does nothing,
// at growing pauses.
ScenarioResult run_outage(std::uint64_t seed);

// The store is away, and on_unavailable is bypass: everything is delivered meanwhile.
ScenarioResult run_bypassed_outage(std::uint64_t seed);

// A mistake in the configuration, restarts, and a queue with a delivery limit.
// (redelivery_course.cpp)
ScenarioResult run_redeliveries(std::uint64_t seed);

// A sink that needs seconds for a record. (slow_sink_course.cpp)
ScenarioResult run_slow_sink(std::uint64_t seed);

// Of two hosts one is frozen for longer than its lease. (freeze_course.cpp)
ScenarioResult run_freezes(std::uint64_t seed);

}  // namespace simulation
