#include "host/runtime/sample_window.hpp"

#include <gtest/gtest.h>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;

struct Clock {
  world::Time now{1h};
  SampleWindow window;

  std::optional<SampleWindow::Growth> tell(double value) {
    return window.growth("one", now, {value});
  }
};

TEST(SampleWindow, Growth_is_since_the_oldest_sample_of_the_last_minute) {
  Clock c;
  EXPECT_FALSE(c.tell(100));
  for (int i = 1; i <= 20; ++i) {
    c.now += 15s;
    const auto growth = c.tell(100 + i * 30.0);
    ASSERT_TRUE(growth);
    EXPECT_LE(growth->seconds, 75);
    EXPECT_DOUBLE_EQ(growth->values[0] / growth->seconds, 2);
  }
}

TEST(SampleWindow, Many_scrapes_at_once_do_not_shorten_it) {
  Clock c;
  c.tell(0);
  c.now += 30s;
  c.tell(60);
  for (int i = 0; i < 1000; ++i) {
    c.now += 1ms;
    EXPECT_GT(c.tell(60)->seconds, 29);
  }
}

TEST(SampleWindow, After_a_long_time_without_a_scrape_it_is_the_mean_of_that_time) {
  Clock c;
  c.tell(0);
  c.now += 10min;
  const auto growth = c.tell(600);
  ASSERT_TRUE(growth);
  EXPECT_DOUBLE_EQ(growth->seconds, 600);
}

TEST(SampleWindow, What_counts_from_0_again_begins_anew) {
  Clock c;
  c.tell(1000);
  c.now += 15s;
  EXPECT_FALSE(c.tell(3));
  c.now += 15s;
  EXPECT_DOUBLE_EQ(c.tell(33)->values[0], 30);
}

TEST(SampleWindow, What_is_not_told_any_more_is_forgotten) {
  Clock c;
  c.tell(1);
  c.window.sweep();
  c.window.sweep();
  c.now += 15s;
  EXPECT_FALSE(c.tell(2));
}

}  // namespace
}  // namespace connector_host::runtime
