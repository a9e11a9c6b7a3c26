// The shipped pipeline under seeds. A violated invariant ends the program and prints how to replay its seed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/simulation/scenario.hpp"

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value ? std::stoull(value) : otherwise;
}

TEST(Simulation, Nothing_is_lost_invented_or_reordered_whatever_the_seed) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  const std::uint64_t count = std::getenv("CONNECTOR_SIMULATION_SEED") ? 1 : from_environment("CONNECTOR_SIMULATION_SEEDS", 1000);
  simulation::ScenarioResult all;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const simulation::ScenarioResult one = simulation::run_scenario(seed);
    all.steps += one.steps;
    all.messages += one.messages;
    all.repeats += one.repeats;
    all.crashes += one.crashes;
    all.restarts += one.restarts;
  }
  std::cout << count << " seeds: " << all.messages << " messages, " << all.steps << " scheduling points, " << all.crashes << " crashes, " << all.restarts
            << " restarts, " << all.repeats << " repeats where a repeat is allowed\n";
  if (count >= 100) {  // else the faults did not strike and the run proved nothing
    EXPECT_GT(all.crashes, 0u);
    EXPECT_GT(all.restarts, 0u);
  }
}

TEST(Simulation, An_outage_of_any_length_costs_a_message_one_redelivery_at_most) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  const std::uint64_t count = std::getenv("CONNECTOR_SIMULATION_SEED") ? 1 : from_environment("CONNECTOR_SIMULATION_SEEDS", 1000) / 10;
  for (std::uint64_t seed = first; seed < first + count; ++seed) simulation::run_outage(seed);
}

TEST(Simulation, A_seed_repeats_itself) {
  const simulation::ScenarioResult once = simulation::run_scenario(7), again = simulation::run_scenario(7);
  EXPECT_EQ(once.steps, again.steps);
  EXPECT_EQ(once.repeats, again.repeats);
}

}  // namespace
