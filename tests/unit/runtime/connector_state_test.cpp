#include "host/runtime/connector_state.hpp"

#include <gtest/gtest.h>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;

const world::Time now{1h};

pipeline::TaskStatus working() {
  pipeline::TaskStatus status;
  status.state = pipeline::TaskState::running;
  status.dependencies = {{"source", true, {}, ""}, {"sink", true, {}, ""}};
  status.last_progress = status.last_turn = now - 1s;
  return status;
}

TEST(ConnectorState, A_task_that_has_nothing_to_do_is_not_stalled_however_long) {
  pipeline::TaskStatus status = working();
  status.last_progress = now - 50min;
  EXPECT_EQ(stall_of(status, now), "");
}

TEST(ConnectorState,
     What_is_in_flight_waits_in_the_source_or_keeps_the_source_busy_for_a_minute_is_a_stall) {
  pipeline::TaskStatus stuck = working(), starved = working(), hung = working();
  stuck.in_flight = 1;
  stuck.last_progress = now - 60s;
  starved.starved_since = now - 60s;
  hung.last_turn = now - 60s;
  for (pipeline::TaskStatus* each : {&stuck, &starved, &hung}) {
    EXPECT_NE(stall_of(*each, now), "");
    EXPECT_EQ(stall_of(*each, now - 1s), "") << "not yet";
    each->dependencies[1].up = false;
    EXPECT_EQ(stall_of(*each, now), "") << "a dependency is away, which is said as such";
    each->dependencies[1].up = true;
    each->dependencies[0].breaker.state = middleware::BreakerState::open;
    EXPECT_EQ(stall_of(*each, now), "");
  }
}

TEST(ConnectorState, A_stalled_task_and_its_connector_are_unhealthy) {
  TaskView task;
  task.status = working();
  EXPECT_STREQ(health_of(task), "healthy");
  task.stalled = "of some reason";
  EXPECT_STREQ(health_of(task), "unhealthy");
  ConnectorView connector;
  connector.tasks = {task};
  EXPECT_STREQ(health_of(connector), "unhealthy");
}

}  // namespace
}  // namespace connector_host::runtime
