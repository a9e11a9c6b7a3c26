#include "host/middleware/backoff.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace connector_host::middleware {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t unlucky =
    ~std::uint64_t(0) - 1;  // large, and not a multiple of the caps below

TEST(Backoff, The_longest_pause_doubles_with_each_failure_up_to_the_cap) {
  const Backoff backoff({100ms, 1s});
  const auto longest = [&](std::uint32_t failures) {
    world::Duration longest{};
    for (std::uint64_t chance = 0; chance < 5000; ++chance)
      longest = std::max(longest, backoff.delay(failures, chance));
    return longest;
  };
  EXPECT_EQ(longest(1), 100ms);
  EXPECT_EQ(longest(2), 200ms);
  EXPECT_EQ(longest(4), 800ms);
  EXPECT_EQ(longest(5), 1s);
  EXPECT_EQ(longest(1000), 1s);
}

TEST(Backoff, A_pause_is_never_nothing_and_may_be_short_because_jitter_is_full) {
  const Backoff backoff({100ms, 1s});
  EXPECT_EQ(backoff.delay(6, 0), 1ms);
  EXPECT_GE(backoff.delay(0, unlucky), 1ms);
}

}  // namespace
}  // namespace connector_host::middleware
