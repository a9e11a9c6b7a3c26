#include "plugins/rabbitmq/stream_ledger.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace {

using connector_host_plugins::rabbitmq::StreamLedger;

// Positions are the offsets plus 1000, so that a mix-up shows.
constexpr std::uint64_t position_of(std::uint64_t offset) {
  return offset + 1000;
}

void deliver(StreamLedger& ledger, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t each = first; each <= last; ++each) {
    EXPECT_EQ(ledger.receive(each), 0u);
    if (!ledger.is_known(each)) ledger.hand_out(position_of(each), each);
  }
}

TEST(RabbitmqStreamLedger, First_unsettled_follows_the_settled_prefix) {
  StreamLedger ledger({});
  EXPECT_EQ(ledger.first_unsettled(), std::nullopt);
  EXPECT_EQ(ledger.begin_consumer(), std::nullopt);
  deliver(ledger, 10, 14);
  EXPECT_EQ(ledger.first_unsettled(), 10u) << "the first offset of the stream need not be 0";
  for (const std::uint64_t each : {12, 11, 14}) ledger.settle(position_of(each));
  EXPECT_EQ(ledger.first_unsettled(), 10u);
  ledger.settle(position_of(10));
  EXPECT_EQ(ledger.first_unsettled(), 13u);
  ledger.settle(position_of(13));
  EXPECT_EQ(ledger.first_unsettled(), 15u);
  EXPECT_EQ(ledger.begin_consumer(), 15u);
}

TEST(RabbitmqStreamLedger, A_returned_record_is_read_again_and_its_neighbours_are_not) {
  StreamLedger ledger(5);
  EXPECT_EQ(ledger.begin_consumer(), 5u);
  deliver(ledger, 5, 9);
  ledger.settle(position_of(8));
  EXPECT_FALSE(ledger.rewinds());
  ledger.give_back(position_of(6));
  EXPECT_TRUE(ledger.rewinds());
  EXPECT_EQ(ledger.begin_consumer(), 6u);
  EXPECT_FALSE(ledger.rewinds());
  for (std::uint64_t each = 6; each <= 9; ++each)
    EXPECT_EQ(ledger.is_known(each), each != 6) << each;
  EXPECT_EQ(ledger.hand_out(2006, 6), 1u);
  EXPECT_EQ(ledger.begin_consumer(), 10u);
  ledger.settle(position_of(6));  // the first position of it
  for (const std::uint64_t each : {5, 7, 9}) ledger.settle(position_of(each));
  EXPECT_EQ(ledger.first_unsettled(), 6u);
  ledger.settle(2006);
  EXPECT_EQ(ledger.first_unsettled(), 10u);
}

TEST(RabbitmqStreamLedger, A_new_connection_reads_what_is_not_settled) {
  StreamLedger ledger(0);
  ledger.begin_consumer();
  deliver(ledger, 0, 3);
  ledger.receive(4);  // and not handed out
  ledger.settle(position_of(1));
  ledger.restart();
  EXPECT_EQ(ledger.begin_consumer(), 0u);
  ledger.settle(position_of(0));  // of the earlier connection
  EXPECT_EQ(ledger.first_unsettled(), 0u);
  for (std::uint64_t each = 0; each <= 4; ++each)
    EXPECT_EQ(ledger.is_known(each), each == 1) << each;
}

TEST(RabbitmqStreamLedger, What_was_dropped_unread_is_read_again) {
  StreamLedger ledger(0);
  ledger.begin_consumer();
  deliver(ledger, 0, 1);
  ledger.receive(2);
  EXPECT_EQ(ledger.begin_consumer(), 3u) << "a larger window: what was received is handed out";
  ledger.drop_unread();
  EXPECT_EQ(ledger.begin_consumer(), 2u);
}

TEST(RabbitmqStreamLedger, Returned_records_that_the_stream_has_removed_hold_nothing_up) {
  StreamLedger ledger(0);
  ledger.begin_consumer();
  deliver(ledger, 0, 4);
  ledger.settle(position_of(4));
  ledger.restart();
  ledger.begin_consumer();
  EXPECT_EQ(ledger.receive(3), 3u);
  EXPECT_FALSE(ledger.is_known(3));
  EXPECT_EQ(ledger.first_unsettled(), 3u);
}

// Any order of settling, returning and reconnecting settles each offset exactly once.
TEST(RabbitmqStreamLedger, Hands_out_each_offset_until_it_is_settled_and_never_afterwards) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    StreamLedger ledger({});
    std::set<std::uint64_t> settled;
    std::map<std::uint64_t, std::uint64_t> in_flight;  // by position
    std::uint64_t next = ledger.begin_consumer().value_or(0), position = 0;
    for (int step = 0; settled.size() < 200 && step < 100'000; ++step) {
      const auto reopen = [&] { next = ledger.begin_consumer().value_or(0); };
      if (random() % 50 == 0) {
        ledger.restart();
        in_flight.clear();
        reopen();
      } else if (random() % 3 != 0 && next < 200) {
        ASSERT_EQ(ledger.receive(next), 0u);
        if (!ledger.is_known(next)) {
          ASSERT_FALSE(settled.contains(next)) << "seed " << seed;
          ledger.hand_out(++position, next);
          in_flight[position] = next;
        }
        ++next;
      } else if (!in_flight.empty()) {
        const auto one = std::next(in_flight.begin(), std::ptrdiff_t(random() % in_flight.size()));
        if (random() % 4 == 0) {
          ledger.give_back(one->first);
        } else {
          ledger.settle(one->first);
          settled.insert(one->second);
        }
        in_flight.erase(one);
      } else if (ledger.rewinds() || next >= 200) {
        reopen();
      }
      const auto first = ledger.first_unsettled();
      for (std::uint64_t each = 0; first && each < *first; ++each)
        ASSERT_TRUE(settled.contains(each)) << "seed " << seed;
    }
    EXPECT_EQ(settled.size(), 200u) << "seed " << seed;
    EXPECT_EQ(ledger.first_unsettled(), 200u);
  }
}

}  // namespace
