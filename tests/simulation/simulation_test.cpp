// The shipped pipeline under seeds. A violated invariant ends the program and prints how to replay
// its seed.
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

// A run in which something never happened proved nothing about it.
void expect_everything_happened(const simulation::ScenarioResult& all) {
  using connector_host::pipeline::LaneCount;
  using simulation::Reached;
  EXPECT_GT(all.restarts, 0u);
  for (const auto stage : {Reached::taken, Reached::claimed, Reached::writing, Reached::written,
                           Reached::confirmed, Reached::committed, Reached::dead_lettered})
    EXPECT_GT(all.census[stage], 0u)
        << "no crash came when a record had reached stage " << int(stage);
  for (const auto count :
       {LaneCount::unchecked, LaneCount::skipped, LaneCount::rejected_by_transform,
        LaneCount::put_off_by_transform, LaneCount::rejected_by_sink, LaneCount::claims_held,
        LaneCount::claims_lost, LaneCount::commits_unsaved})
    EXPECT_GT(all.tally.lanes[count], 0u) << "count " << int(count);
  EXPECT_GT(all.tally.filtered, 0u);
  EXPECT_GT(all.tally.failures, 0u);
  EXPECT_GT(all.tally.guilty, 0u);
  EXPECT_GT(all.truncated, 0u);
  EXPECT_GT(all.mended, 0u);
  EXPECT_GT(all.flooded, 0u);
}

TEST(Simulation, Nothing_is_lost_invented_or_reordered_whatever_the_seed) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  const std::uint64_t count = std::getenv("CONNECTOR_SIMULATION_SEED")
                                  ? 1
                                  : from_environment("CONNECTOR_SIMULATION_SEEDS", 1000);
  simulation::ScenarioResult all;
  for (std::uint64_t seed = first; seed < first + count; ++seed)
    all += simulation::run_scenario(seed);
  std::cout << count << " seeds: " << all.messages << " messages, " << all.steps
            << " scheduling points, " << all.crashes << " crashes, " << all.restarts
            << " restarts, " << all.repeats
            << " repeats where a repeat is allowed\nin flight at the crashes: " << all.census.text()
            << '\n'
            << all.tally.failures << " tasks failed, " << all.mended << " seeds were reconfigured ("
            << all.flooded << " floods), " << all.truncated << " dead letters truncated, "
            << all.tally.guilty << " found guilty of crashes\n";
  if (count >= 1000) expect_everything_happened(all);
}

std::uint64_t outages() {
  return std::getenv("CONNECTOR_SIMULATION_SEED")
             ? 1
             : from_environment("CONNECTOR_SIMULATION_SEEDS", 1000) / 10;
}

TEST(Simulation, An_outage_of_any_length_costs_a_message_one_redelivery_at_most) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  for (std::uint64_t seed = first; seed < first + outages(); ++seed) simulation::run_outage(seed);
}

TEST(Simulation, With_bypass_everything_is_delivered_while_the_store_is_away) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  simulation::ScenarioResult all;
  for (std::uint64_t seed = first; seed < first + outages(); ++seed)
    all += simulation::run_bypassed_outage(seed);
  EXPECT_GT(all.tally.lanes[connector_host::pipeline::LaneCount::unchecked], 0u);
}

TEST(Simulation, No_mistake_and_no_restart_spends_the_last_delivery_of_a_record) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  simulation::ScenarioResult all;
  for (std::uint64_t seed = first; seed < first + outages(); ++seed)
    all += simulation::run_redeliveries(seed);
  std::cout << "most deliveries of a message: " << all.most_deliveries << '\n';
}

TEST(Simulation, A_slow_sink_returns_nothing_to_the_queue) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  for (std::uint64_t seed = first; seed < first + outages(); ++seed)
    simulation::run_slow_sink(seed);
}

TEST(Simulation, A_frozen_host_writes_nothing_that_another_has_taken_over) {
  const std::uint64_t first = from_environment("CONNECTOR_SIMULATION_SEED", 1);
  simulation::ScenarioResult all;
  for (std::uint64_t seed = first; seed < first + outages(); ++seed)
    all += simulation::run_freezes(seed);
  std::cout << all.freezes << " freezes, " << all.repeats << " repeats of what was being written\n";
}

TEST(Simulation, A_seed_repeats_itself) {
  const simulation::ScenarioResult once = simulation::run_scenario(7),
                                   again = simulation::run_scenario(7);
  EXPECT_EQ(once.steps, again.steps);
  EXPECT_EQ(once.repeats, again.repeats);
}

}  // namespace
