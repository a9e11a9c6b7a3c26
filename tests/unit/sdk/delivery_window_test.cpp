#include "connector/delivery_window.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

namespace {

using connector::DeliveryWindow;
using Settled = DeliveryWindow::Settled;

struct Window : testing::Test {
  Window() { window.restart(); }
  std::vector<std::uint64_t> deliver(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> positions;
    for (std::uint64_t tag = first; tag <= last; ++tag) positions.push_back(window.deliver(tag));
    return positions;
  }
  std::vector<std::uint64_t> stragglers() {
    std::vector<std::uint64_t> tags;
    window.take_stragglers(tags);
    return tags;
  }
  DeliveryWindow window;
};

using DeliveryWindowTest = Window;

TEST_F(DeliveryWindowTest, Nothing_settled_yields_no_tag) {
  EXPECT_EQ(window.take_prefix(), 0u);
  deliver(1, 3);
  EXPECT_EQ(window.take_prefix(), 0u);
  EXPECT_TRUE(stragglers().empty());
}

TEST_F(DeliveryWindowTest, The_settled_prefix_is_acknowledged_by_its_last_tag) {
  const auto positions = deliver(1, 4);
  for (const int i : {1, 0, 2}) EXPECT_EQ(window.settle(positions[std::size_t(i)]), Settled::now);
  EXPECT_EQ(window.take_prefix(), 3u);
  EXPECT_EQ(window.take_prefix(), 0u);
  EXPECT_EQ(window.span(), 1u);
}

TEST_F(DeliveryWindowTest, What_is_settled_behind_an_outstanding_one_waits_for_it) {
  const auto positions = deliver(1, 3);
  window.settle(positions[1]);
  window.settle(positions[2]);
  EXPECT_EQ(window.take_prefix(), 0u);
  EXPECT_EQ(window.settled_count(), 2u);
  window.settle(positions[0]);
  EXPECT_EQ(window.take_prefix(), 3u);
  EXPECT_EQ(window.settled_count(), 0u);
}

TEST_F(DeliveryWindowTest, Stragglers_are_taken_once_and_never_again_with_the_prefix) {
  const auto positions = deliver(1, 4);
  window.settle(positions[1]);
  window.settle(positions[3]);
  EXPECT_EQ(stragglers(), (std::vector<std::uint64_t>{2, 4}));
  EXPECT_TRUE(stragglers().empty());
  window.settle(positions[0]);
  EXPECT_EQ(window.take_prefix(), 1u);
  window.settle(positions[2]);
  EXPECT_EQ(window.take_prefix(), 3u);
  EXPECT_EQ(window.span(), 0u);
}

// The first one takes long: what it costs to find the stragglers must not grow with the number of
// those found before.
TEST_F(DeliveryWindowTest, Stragglers_cost_what_was_settled_and_not_the_age_of_the_oldest) {
  constexpr std::uint64_t batch = 100;
  deliver(1, 1);
  std::vector<std::uint64_t> tags;
  for (std::uint64_t first = 2; first < 50'000; first += batch) {
    for (const std::uint64_t each : deliver(first, first + batch - 1)) window.settle(each);
    window.take_prefix();
    ASSERT_LE(window.take_stragglers(tags), batch) << "behind tag " << first;
    ASSERT_EQ(tags.size(), batch);
  }
  EXPECT_EQ(window.take_stragglers(tags), 0u);
}

// The prefix moves on all the time, so nobody takes stragglers, and there is always one.
TEST_F(DeliveryWindowTest, What_the_prefix_has_taken_is_no_work_for_the_stragglers) {
  auto oldest = deliver(1, 2);
  window.settle(oldest[1]);
  for (std::uint64_t tag = 3; tag < 50'000; tag += 2) {
    const auto next = deliver(tag, tag + 1);
    window.settle(next[1]);
    window.settle(oldest[0]);
    ASSERT_EQ(window.take_prefix(), tag - 1);
    ASSERT_EQ(window.settled_count(), 1u);
    oldest = next;
  }
  std::vector<std::uint64_t> tags;
  EXPECT_LT(window.take_stragglers(tags), 1000u);
  EXPECT_EQ(tags.size(), 1u);
}

TEST_F(DeliveryWindowTest, Stragglers_of_an_earlier_connection_are_forgotten) {
  for (const std::uint64_t each : deliver(1, 10)) {
    if (DeliveryWindow::tag_of(each) > 1) window.settle(each);
  }
  window.restart();
  const auto fresh = deliver(1, 10);
  EXPECT_TRUE(stragglers().empty());
  window.settle(fresh[4]);
  EXPECT_EQ(stragglers(), std::vector<std::uint64_t>{5});
}

TEST_F(DeliveryWindowTest, A_position_is_settled_once) {
  const auto positions = deliver(1, 2);
  EXPECT_EQ(window.settle(positions[0]), Settled::now);
  EXPECT_EQ(window.settle(positions[0]), Settled::unknown);
  window.take_prefix();
  EXPECT_EQ(window.settle(positions[0]), Settled::unknown);
  EXPECT_EQ(window.settle(positions[1] + 1), Settled::unknown);
  EXPECT_EQ(window.settled_count(), 0u);
}

TEST_F(DeliveryWindowTest, A_position_of_an_earlier_connection_is_stale) {
  const auto old = deliver(1, 2);
  window.settle(old[0]);
  window.restart();
  const auto fresh = deliver(1, 2);
  EXPECT_NE(old[0], fresh[0]);
  EXPECT_EQ(window.settle(old[0]), Settled::stale);
  EXPECT_EQ(window.answer(old[1]), Settled::stale);
  EXPECT_EQ(window.take_prefix(), 0u);
  EXPECT_EQ(window.settle(fresh[0]), Settled::now);
  EXPECT_EQ(window.take_prefix(), 1u);
}

TEST_F(DeliveryWindowTest, An_answered_delivery_needs_no_ack_and_holds_nothing_up) {
  const auto positions = deliver(1, 3);
  window.settle(positions[1]);
  EXPECT_EQ(window.answer(positions[0]), Settled::now);
  EXPECT_EQ(window.take_prefix(), 2u);
  EXPECT_EQ(window.answer(positions[2]), Settled::now);
  EXPECT_EQ(window.take_prefix(), 0u);
  EXPECT_EQ(window.span(), 0u);
}

// An ack of a tag that was answered otherwise closes the channel (unknown delivery tag).
TEST_F(DeliveryWindowTest, The_prefix_never_ends_with_an_answered_tag) {
  const auto positions = deliver(1, 3);
  window.answer(positions[1]);
  window.settle(positions[0]);
  EXPECT_EQ(window.take_prefix(), 1u);
  window.answer(positions[2]);
  EXPECT_EQ(window.take_prefix(), 0u);
}

TEST_F(DeliveryWindowTest, A_tag_that_was_skipped_counts_as_outstanding) {
  const std::uint64_t third = window.deliver(3);
  EXPECT_EQ(window.settle(third), Settled::now);
  EXPECT_EQ(window.take_prefix(), 0u);
  EXPECT_EQ(stragglers(), std::vector<std::uint64_t>{3});
}

TEST_F(DeliveryWindowTest, The_window_grows_beyond_its_first_size_and_keeps_its_marks) {
  const auto positions = deliver(1, 5000);
  for (std::size_t i = 1; i < positions.size(); i += 2) window.settle(positions[i]);
  const auto more = deliver(5001, 70000);
  EXPECT_EQ(window.settled_count(), 2500u);
  for (std::size_t i = 0; i < positions.size(); i += 2) window.settle(positions[i]);
  EXPECT_EQ(window.take_prefix(), 5000u);
  for (const std::uint64_t each : more) window.settle(each);
  EXPECT_EQ(window.take_prefix(), 70000u);
}

TEST_F(DeliveryWindowTest, Positions_work_after_more_connections_than_a_position_can_number) {
  for (int i = 0; i < 70000; ++i) window.restart();
  const auto old = deliver(1, 1);
  EXPECT_EQ(window.settle(old[0]), Settled::now);
  EXPECT_EQ(window.take_prefix(), 1u);
  window.restart();
  EXPECT_EQ(window.settle(old[0]), Settled::stale);
}

// Any order of settling, answering, prefixes and stragglers: each tag is acknowledged exactly once,
// or answered.
TEST_F(DeliveryWindowTest, A_random_walk_acknowledges_each_delivery_exactly_once) {
  std::uint64_t seed = 12345, next_tag = 1, acknowledged_up_to = 0;
  const auto chance = [&](std::uint64_t of) {
    return (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33 & (of - 1);
  };
  std::vector<std::uint64_t> outstanding;
  std::set<std::uint64_t> unacknowledged;  // settled or not, as the broker sees it
  for (int step = 0; step < 200000; ++step) {
    const std::uint64_t action = chance(8);
    if (action < 3 && outstanding.size() < 500) {
      unacknowledged.insert(next_tag);
      outstanding.push_back(window.deliver(next_tag++));
    } else if (action < 6 && !outstanding.empty()) {
      std::swap(outstanding[chance(512) % outstanding.size()], outstanding.back());
      const std::uint64_t position = outstanding.back();
      outstanding.pop_back();
      if (action == 5 && chance(4) == 0) {
        ASSERT_EQ(window.answer(position), Settled::now);
        unacknowledged.erase(DeliveryWindow::tag_of(position));
      } else {
        ASSERT_EQ(window.settle(position), Settled::now);
      }
    } else if (const std::uint64_t tag = action == 6 ? window.take_prefix() : 0; tag != 0) {
      ASSERT_GT(tag, acknowledged_up_to);
      ASSERT_TRUE(unacknowledged.count(tag)) << "the broker would close the channel";
      for (const std::uint64_t each : outstanding)
        ASSERT_GT(DeliveryWindow::tag_of(each), tag) << "an unsettled delivery would be lost";
      unacknowledged.erase(unacknowledged.begin(), unacknowledged.upper_bound(tag));
      acknowledged_up_to = tag;
    } else if (action == 7 && chance(16) == 0) {
      for (const std::uint64_t each : stragglers()) ASSERT_EQ(unacknowledged.erase(each), 1u);
    }
  }
  for (const std::uint64_t each : outstanding) window.settle(each);
  const std::uint64_t last = window.take_prefix();
  unacknowledged.erase(unacknowledged.begin(), unacknowledged.upper_bound(last));
  EXPECT_TRUE(unacknowledged.empty());
}

}  // namespace
