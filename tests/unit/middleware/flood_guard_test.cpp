#include "host/middleware/flood_guard.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace connector_host::middleware {
namespace {

TEST(FloodGuard, Admits_as_many_as_the_limit_and_not_one_more) {
  FloodGuard guard(500);
  EXPECT_TRUE(guard.admits(500));
  EXPECT_FALSE(guard.admits(501));
  guard.settled(400, 0);
  EXPECT_TRUE(guard.admits(100));
  EXPECT_FALSE(guard.admits(101));
}

TEST(FloodGuard, Good_records_make_room_once_those_set_aside_are_a_thousand_back) {
  FloodGuard guard(100);
  guard.settled(100, 0);
  EXPECT_FALSE(guard.admits(1));
  guard.settled(0, 900);
  EXPECT_FALSE(guard.admits(1)) << "all hundred are among the latest thousand";
  guard.settled(0, 40);
  EXPECT_TRUE(guard.admits(40));
  EXPECT_FALSE(guard.admits(41));
}

TEST(FloodGuard, A_steady_share_below_the_limit_goes_on_for_ever) {
  FloodGuard guard(500);
  for (int batch = 0; batch < 1000; ++batch) {
    ASSERT_TRUE(guard.admits(40)) << batch;
    guard.settled(40, 60);
  }
}

TEST(FloodGuard, A_batch_larger_than_the_window_counts_for_what_fits_into_it) {
  FloodGuard guard(900);
  guard.settled(5000, 0);
  EXPECT_FALSE(guard.admits(1));
  guard.settled(0, 5000);
  EXPECT_TRUE(guard.admits(900));
}

TEST(FloodGuard, A_limit_of_the_whole_window_admits_everything) {
  FloodGuard guard(FloodGuard::window);
  guard.settled(1000, 0);
  EXPECT_TRUE(guard.admits(100'000));
}

TEST(FloodGuard, A_limit_of_zero_admits_nothing) {
  const FloodGuard guard(0);
  EXPECT_TRUE(guard.admits(0));
  EXPECT_FALSE(guard.admits(1));
}

TEST(FloodGuard, Forgets_when_somebody_wants_it_tried_again) {
  FloodGuard guard(10);
  guard.settled(10, 5);
  guard.forget();
  EXPECT_TRUE(guard.admits(10));
  guard.settled(0, 3000);
  EXPECT_TRUE(guard.admits(10)) << "what was forgotten does not leave the window a second time";
}

TEST(FloodGuard, Lanes_that_settle_at_the_same_time_are_all_counted) {
  FloodGuard guard(999);
  std::thread other([&] {
    for (int i = 0; i < 300; ++i) guard.settled(1, 0);
  });
  for (int i = 0; i < 300; ++i) guard.settled(1, 0);
  other.join();
  EXPECT_TRUE(guard.admits(399));
  EXPECT_FALSE(guard.admits(400));
}

}  // namespace
}  // namespace connector_host::middleware
