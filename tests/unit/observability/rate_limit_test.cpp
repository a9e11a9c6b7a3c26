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
  EXPECT_EQ(with_held_back("lost the broker", next.held_back),
            "lost the broker … and 37 more like this");
  EXPECT_EQ(f.limit.ask("a").held_back, 0u);
  EXPECT_EQ(with_held_back("lost the broker", 0), "lost the broker");
}

TEST(RateLimit, Lines_that_differ_in_their_numbers_are_of_one_kind) {
  EXPECT_EQ(kind_of_line("the id has 613 bytes, and 512 are allowed"),
            kind_of_line("the id has 7000 bytes, and 512 are allowed"));
  EXPECT_NE(kind_of_line("the id is empty"), kind_of_line("the id is missing"));
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
