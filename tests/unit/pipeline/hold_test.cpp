#include "host/pipeline/hold.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class HoldTest : public testing::Test {
 protected:
  HoldTest() { step(false, true); }
  // After `passed` with something or nothing in flight.
  bool step(bool empty, bool ready, world::Duration passed = 0s) {
    now += passed;
    hold.step({now, empty, ready, true, progress});
    return hold.is_on();
  }
  void progresses() { progress = now; }

  Hold hold{10min};
  world::Time now{100h}, progress{100h};
};

TEST_F(HoldTest, Old_records_are_no_reason_while_others_are_settled) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(step(false, true, 9min));
    progresses();
  }
}

TEST_F(HoldTest, Begins_when_nothing_was_settled_for_hold_max) {
  EXPECT_FALSE(step(false, true, 10min));
  EXPECT_TRUE(step(false, true, 1s));
}

TEST_F(HoldTest, Ends_when_everything_went_back_and_downstream_is_available) {
  step(false, false, 11min);
  EXPECT_TRUE(step(false, true, 1s));
  EXPECT_TRUE(step(true, false, 1s));
  EXPECT_FALSE(step(true, true, 1s));
}

TEST_F(HoldTest, Pauses_double_while_nothing_is_delivered) {
  world::Duration last{};
  for (int attempt = 0; attempt < 4; ++attempt) {
    progresses();  // the first record of an empty task was taken
    ASSERT_TRUE(step(false, true, 11min));
    world::Duration pause{};
    while (step(true, true, 1min)) pause += 1min;
    if (attempt > 0) {
      EXPECT_GE(pause, last * 2 - 2min);
    }
    if (attempt > 0) last = pause;
  }
  EXPECT_GT(last, 60min);
}

TEST_F(HoldTest, A_delivery_makes_the_next_pause_short_again) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    progresses();
    step(false, true, 11min);
    while (step(true, true, 1min)) {
    }
  }
  hold.delivered();
  progresses();
  ASSERT_TRUE(step(false, true, 11min));
  EXPECT_FALSE(step(true, true, 1s));
}

TEST_F(HoldTest, Returns_what_the_source_fetched_ahead_while_downstream_is_unavailable) {
  step(true, true);
  EXPECT_FALSE(step(true, false, 9min));
  EXPECT_TRUE(step(true, false, 2min));
}

}  // namespace
}  // namespace connector_host::pipeline
