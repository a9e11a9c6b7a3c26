#include "host/pipeline/drain.hpp"

#include <gtest/gtest.h>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class DrainTest : public testing::Test {
 protected:
  DrainTest() {
    facts.now = world::Time(1h);
    facts.empty = false;
  }
  DrainOrders step(world::Duration passed = 0s) {
    facts.now += passed;
    return drain.step(facts);
  }

  Drain drain{20s};
  DrainFacts facts;
};

TEST_F(DrainTest, A_pause_gives_records_in_flight_their_time) {
  EXPECT_FALSE(step().lanes_changed);
  EXPECT_FALSE(step(19s).lanes_changed);
  const DrainOrders orders = step(2s);
  EXPECT_TRUE(orders.lanes_changed);
  EXPECT_EQ(orders.lanes, LaneOrder::return_all);
  EXPECT_FALSE(step(1h).cancel_writes) << "nobody leaves";
}

TEST_F(DrainTest, A_stop_cancels_writes_after_its_time) {
  facts.stopping = true;
  step();
  EXPECT_FALSE(step(21s).cancel_writes) << "lanes have a turn first";
  const DrainOrders orders = step();
  EXPECT_TRUE(orders.cancel_writes);
  EXPECT_TRUE(orders.cancel_dead_letters);
  EXPECT_EQ(orders.lanes, LaneOrder::abandon);
  EXPECT_FALSE(step().cancel_writes) << "once";
}

TEST_F(DrainTest, A_failed_task_finishes_writes_and_returns_what_waits) {
  facts.failed = true;
  const DrainOrders orders = step();
  EXPECT_EQ(orders.lanes, LaneOrder::return_waiting);
  EXPECT_TRUE(orders.lanes_changed);
  EXPECT_FALSE(step(1s).cancel_writes);
  EXPECT_FALSE(step(10s).lanes_changed);
}

TEST_F(DrainTest, A_hold_returns_everything_at_once_and_cancels_nothing) {
  facts.holding = true;
  EXPECT_EQ(step().lanes, LaneOrder::return_all);
  EXPECT_FALSE(step(1h).cancel_writes);
}

TEST_F(DrainTest, A_record_that_would_be_discarded_has_the_time_twice) {
  facts.stopping = true;
  facts.last_chances = 1;
  step();
  step(21s);
  const DrainOrders orders = step();
  EXPECT_TRUE(orders.cancel_writes);
  EXPECT_FALSE(orders.cancel_dead_letters);
  EXPECT_EQ(step(18s).lanes, LaneOrder::return_all);
  EXPECT_TRUE(step(2s).cancel_dead_letters);
}

TEST_F(DrainTest, Lanes_work_again_once_the_task_takes_records) {
  facts.holding = true;
  step();
  const DrainOrders orders = drain.end();
  EXPECT_TRUE(orders.lanes_changed);
  EXPECT_EQ(orders.lanes, LaneOrder::work);
  EXPECT_FALSE(drain.end().lanes_changed);
}

TEST_F(DrainTest, Tells_how_long_lanes_have) {
  EXPECT_EQ(drain.time_left(facts.now), world::Duration::max());
  step();
  EXPECT_EQ(drain.time_left(facts.now + 5s), 15s);
  step(21s);
  EXPECT_EQ(drain.time_left(facts.now), world::Duration::max());
}

}  // namespace
}  // namespace connector_host::pipeline
