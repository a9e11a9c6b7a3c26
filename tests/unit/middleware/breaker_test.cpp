#include "host/middleware/breaker.hpp"

#include <gtest/gtest.h>

#include "tests/unit/middleware/manual_world.hpp"

namespace connector_host::middleware {
namespace {

using namespace std::chrono_literals;

class BreakerTest : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker.failure("refused");
  }
  ManualWorld world;
  Breaker breaker{world, {3, 3000ms}};
};

TEST_F(BreakerTest, Opens_after_as_many_failures_in_a_row_as_it_was_told) {
  fail(2);
  EXPECT_TRUE(breaker.closed());
  fail(1);
  EXPECT_FALSE(breaker.closed());
  EXPECT_EQ(breaker.status().state, BreakerState::open);
  EXPECT_EQ(breaker.status().last_error, "refused");
}

TEST_F(BreakerTest, A_success_between_failures_starts_the_count_anew) {
  fail(2);
  breaker.success();
  fail(2);
  EXPECT_TRUE(breaker.closed());
}

TEST_F(BreakerTest, An_answer_closes_it_but_the_next_failure_opens_it_again) {
  fail(3);
  breaker.answered();
  EXPECT_TRUE(breaker.closed());
  fail(1);
  EXPECT_FALSE(breaker.closed());
  breaker.answered();
  breaker.success();
  fail(2);
  EXPECT_TRUE(breaker.closed());
}

TEST_F(BreakerTest, An_answer_while_it_is_closed_forgives_nothing) {
  fail(2);
  breaker.answered();
  fail(1);
  EXPECT_FALSE(breaker.closed());
}

TEST_F(BreakerTest, While_it_is_closed_nobody_probes) {
  EXPECT_FALSE(breaker.try_probe());
  EXPECT_EQ(breaker.next_probe(), world::never);
}

TEST_F(BreakerTest, One_caller_probes_at_a_time_and_not_before_its_time) {
  fail(3);
  EXPECT_FALSE(breaker.try_probe());
  world.pass(3s);
  EXPECT_TRUE(breaker.try_probe());
  EXPECT_EQ(breaker.status().state, BreakerState::half_open);
  EXPECT_FALSE(breaker.try_probe());
}

TEST_F(BreakerTest, A_failed_probe_opens_it_again_and_a_successful_one_closes_it) {
  fail(3);
  world.pass(3s);
  ASSERT_TRUE(breaker.try_probe());
  fail(1);
  EXPECT_EQ(breaker.status().state, BreakerState::open);
  EXPECT_EQ(breaker.status().openings, 1u);
  world.pass(3s);
  ASSERT_TRUE(breaker.try_probe());
  breaker.success();
  EXPECT_TRUE(breaker.closed());
}

TEST_F(BreakerTest, A_prober_that_never_reports_does_not_keep_it_half_open) {
  fail(3);
  world.pass(3s);
  ASSERT_TRUE(breaker.try_probe());
  world.pass(3s);
  EXPECT_TRUE(breaker.try_probe());
}

TEST_F(BreakerTest, Everyone_who_asked_hears_of_opening_and_closing_until_he_no_longer_wants_to) {
  int heard = 0;
  breaker.subscribe(this, [&] { ++heard; });
  fail(3);
  EXPECT_EQ(heard, 1);
  breaker.success();
  EXPECT_EQ(heard, 2);
  breaker.unsubscribe(this);
  fail(3);
  EXPECT_EQ(heard, 2);
}

}  // namespace
}  // namespace connector_host::middleware
