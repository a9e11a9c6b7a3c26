#include "plugins/rabbitmq/wake_signal.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using connector_host_plugins::rabbitmq::WakeSignal;

bool readable(const WakeSignal& signal, int timeout_ms = 0) {
  pollfd waiting{signal.descriptor(), POLLIN, 0};
  return ::poll(&waiting, 1, timeout_ms) == 1;
}

// What a raise does last, as a thread does it that was held up for long in between.
void set_late_event(const WakeSignal& signal) {
  const std::uint64_t one = 1;
  ASSERT_EQ(::write(signal.descriptor(), &one, sizeof one), ssize_t(sizeof one));
}

TEST(RabbitmqWakeSignal, Many_raises_are_taken_once) {
  WakeSignal signal;
  EXPECT_FALSE(signal.take());
  signal.raise();
  signal.raise();
  EXPECT_TRUE(readable(signal));
  EXPECT_TRUE(signal.take());
  EXPECT_FALSE(signal.take());
  EXPECT_FALSE(readable(signal));
}

TEST(RabbitmqWakeSignal, An_event_that_comes_after_its_raise_was_taken_ends_one_wait_only) {
  WakeSignal signal;
  signal.raise();
  ASSERT_TRUE(signal.take());
  set_late_event(signal);
  ASSERT_TRUE(readable(signal));
  signal.heard();
  EXPECT_FALSE(signal.take()) << "nobody raised it again";
  EXPECT_FALSE(readable(signal)) << "every wait from here on would end at once";
}

TEST(RabbitmqWakeSignal, A_raise_between_the_event_and_the_look_at_it_is_kept) {
  WakeSignal signal;
  set_late_event(signal);
  ASSERT_TRUE(readable(signal));
  signal.raise();
  signal.heard();
  EXPECT_TRUE(signal.take());
}

// A thread raises again only once its raise was taken; one that was lost is missed when the wait is
// over without it.
TEST(RabbitmqWakeSignal, No_raise_of_racing_threads_is_lost) {
  constexpr int rounds = 2000, raiser_count = 3, long_ms = 20'000;
  WakeSignal signal;
  std::atomic<int> taken = 0, finished = 0;
  std::vector<std::thread> raisers;
  for (int i = 0; i < raiser_count; ++i) {
    raisers.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        const int before = taken;
        signal.raise();
        while (taken == before) std::this_thread::yield();
      }
      ++finished;
      signal.raise();
    });
  }
  while (finished < raiser_count) {
    if (signal.take()) ++taken;
    if (finished == raiser_count) break;
    const bool seen = readable(signal, long_ms);
    EXPECT_TRUE(seen) << "a raise was lost";
    if (!seen) break;
    signal.heard();
  }
  while (finished < raiser_count) ++taken;  // after a failure: lets every raiser go on
  for (std::thread& each : raisers) each.join();
}

}  // namespace
