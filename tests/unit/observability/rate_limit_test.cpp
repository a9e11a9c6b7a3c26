#include "host/observability/rate_limit.hpp"

#include <gtest/gtest.h>

namespace connector_host::observability {
namespace {

using namespace std::chrono_literals;

struct LimitFixture {
  RateLimit::Clock::time_point now{1h};
  RateLimit limit{{2, 10s, 3}, [this] { return now; }};
};

TEST(RateLimit, The_first_ones_go_and_the_rest_are_counted) {
  LimitFixture f;
  EXPECT_TRUE(f.limit.ask("a").write);
  EXPECT_TRUE(f.limit.ask("a").write);
  for (int i = 0; i < 37; ++i) EXPECT_FALSE(f.limit.ask("a").write);
  EXPECT_TRUE(f.limit.ask("b").write) << "keys do not share";
  f.now += 10s;
  const auto next = f.limit.ask("a");
  EXPECT_TRUE(next.write);
  EXPECT_EQ(next.held_back, 37u);
  EXPECT_EQ(with_held_back("lost the broker", next.held_back), "lost the broker … and 37 more like this");
  EXPECT_EQ(f.limit.ask("a").held_back, 0u);
  EXPECT_EQ(with_held_back("lost the broker", 0), "lost the broker");
}

TEST(RateLimit, The_last_of_a_burst_can_be_asked_for_once) {
  LimitFixture f;
  for (int i = 0; i < 5; ++i) f.limit.ask("a");
  EXPECT_TRUE(f.limit.take_held_back().empty()) << "the interval is not over";
  f.now += 10s;
  const auto held = f.limit.take_held_back();
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].key, "a");
  EXPECT_EQ(held[0].count, 3u);
  EXPECT_TRUE(f.limit.take_held_back().empty());
  EXPECT_EQ(f.limit.ask("a").held_back, 0u);
}

TEST(RateLimit, A_flood_of_keys_shares_one_allowance) {
  LimitFixture f;
  int written = 0;
  for (int i = 0; i < 1'000; ++i) written += f.limit.ask("key " + std::to_string(i)).write;
  EXPECT_EQ(written, 3 + 2);
  f.now += 10s;
  EXPECT_TRUE(f.limit.ask("new").write) << "keys that are over make room";
}

}  // namespace
}  // namespace connector_host::observability
