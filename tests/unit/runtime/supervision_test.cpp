#include "host/runtime/supervision.hpp"

#include <gtest/gtest.h>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;

const world::Time start{1h};

TEST(Supervision, Waits_double_from_a_second_to_five_minutes_and_end_after_ten_in_an_hour) {
  Supervision supervision{topology::RestartConfig{}};
  world::Time now = start;
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s}) {
    const auto again = supervision.failed(now);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again - now, expected);
    now = *again;
    supervision.started(now);
  }
  EXPECT_FALSE(supervision.failed(now).has_value());
}

TEST(Supervision, What_is_an_hour_ago_does_not_count) {
  Supervision supervision{topology::RestartConfig{}};
  for (int i = 0; i < 10; ++i) supervision.started(start + i * 1min);
  EXPECT_FALSE(supervision.failed(start + 59min).has_value());
  const auto again = supervision.failed(start + 64min);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(supervision.starts(), 5u);
  EXPECT_EQ(*again, start + 64min + 32s);
}

TEST(Supervision, Whoever_restarts_it_begins_the_count_anew) {
  Supervision supervision{topology::RestartConfig{}};
  for (int i = 0; i < 10; ++i) supervision.started(start);
  supervision.reset();
  EXPECT_EQ(supervision.failed(start), start + 1s);
}

TEST(Supervision, A_limit_of_0_restarts_nothing_and_the_longest_waits_do_not_overflow) {
  EXPECT_FALSE(Supervision({1s, 5min, 0}).failed(start).has_value());
  Supervision patient({24h, 24h, 1000});
  for (int i = 0; i < 900; ++i) patient.started(start);
  EXPECT_EQ(patient.failed(start), start + 24h);
}

}  // namespace
}  // namespace connector_host::runtime
