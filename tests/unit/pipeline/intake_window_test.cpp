#include "host/pipeline/intake_window.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class IntakeWindowTest : public testing::Test {
 protected:
  // Takes a whole window and settles it record by record.
  void work_off(world::Duration for_each_record) {
    const std::uint32_t records = window.size();
    window.busy(now);
    for (std::uint32_t i = 1; i <= records; ++i) {
      now += for_each_record;
      window.settled(1, i == records, now);
    }
  }

  IntakeWindow window{4000, 64 << 20, 600s};
  world::Time now{1h};
};

TEST_F(IntakeWindowTest, Begins_with_one_record_and_doubles_per_settled_window) {
  for (const std::uint32_t size : {1u, 2u, 4u, 8u, 16u}) {
    EXPECT_EQ(window.size(), size);
    work_off(1ms);
  }
}

TEST_F(IntakeWindowTest, Never_exceeds_its_upper_bound) {
  for (int i = 0; i < 20; ++i) work_off(1us);
  EXPECT_EQ(window.size(), 4000u);
}

TEST_F(IntakeWindowTest, Holds_no_more_bytes_than_may_be_in_flight) {
  for (int i = 0; i < 20; ++i) {
    window.received(window.size(), std::uint64_t(window.size()) << 20);
    work_off(1us);
  }
  EXPECT_EQ(window.size(), 64u) << "of a mebibyte each";
  EXPECT_FALSE(window.is_bound_by_rate()) << "which would return what was fetched ahead";
  for (int i = 0; i < 200; ++i) window.received(64, 64 * 500);
  EXPECT_GT(window.size(), 2000u) << "smaller ones came since";
  window.received(1, 16 << 20);
  EXPECT_GT(window.size(), 2000u) << "one large record among many";
  window.received(1, 1 << 30);
  EXPECT_GE(window.size(), 1u);
}

TEST_F(IntakeWindowTest, A_failure_begins_with_one_record_again) {
  for (int i = 0; i < 5; ++i) work_off(1ms);
  window.restart();
  EXPECT_EQ(window.size(), 1u);
  work_off(1ms);
  EXPECT_EQ(window.size(), 2u);
}

TEST_F(IntakeWindowTest, Holds_what_a_slow_sink_settles_within_half_of_hold_max) {
  for (int i = 0; i < 12; ++i) work_off(10s);
  EXPECT_NEAR(window.size(), 30u, 1);  // a tenth of a record a second, for 300 s
  EXPECT_TRUE(window.is_bound_by_rate());
}

TEST_F(IntakeWindowTest, Holds_at_least_a_second_of_work_and_one_record) {
  IntakeWindow short_hold(4000, 64 << 20, 100ms);
  world::Time at{1h};
  for (int i = 0; i < 200; ++i) {
    short_hold.busy(at);
    at += 150ms;
    short_hold.settled(1, true, at);
  }
  EXPECT_EQ(short_hold.size(), 6u);
  for (int i = 0; i < 50; ++i) {
    short_hold.busy(at);
    at += 10min;
    short_hold.settled(1, true, at);
  }
  EXPECT_EQ(short_hold.size(), 1u);
}

TEST_F(IntakeWindowTest, Idle_time_does_not_count_as_slowness) {
  for (int i = 0; i < 100; ++i) {
    window.busy(now);
    now += 1ms;
    window.settled(1, true, now);
    now += 1min;
  }
  EXPECT_GT(window.rate(), 900);
}

TEST_F(IntakeWindowTest, One_pause_of_a_dependency_does_not_shrink_it_to_nothing) {
  for (int i = 0; i < 14; ++i) work_off(100us);
  window.busy(now);
  now += 5min;
  window.settled(1, false, now);
  EXPECT_EQ(window.size(), 4000u);
}

TEST_F(IntakeWindowTest, Returned_records_are_no_success) {
  window.busy(now);
  now += 1s;
  window.settled(0, true, now);
  EXPECT_EQ(window.size(), 1u);
  EXPECT_EQ(window.rate(), 0);
}

}  // namespace
}  // namespace connector_host::pipeline
