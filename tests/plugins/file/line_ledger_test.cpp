// The account of lines in flight: positions, the settled prefix, and what comes again.
#include "plugins/file/line_ledger.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using connector_host_plugins::file::LineLedger;

std::uint64_t add(LineLedger& ledger, std::uint64_t begin) {
  LineLedger::Entry entry;
  entry.begin = begin;
  return ledger.position_of(ledger.add(std::move(entry)));
}

TEST(LineLedger, The_oldest_line_moves_on_when_everything_before_it_is_settled) {
  LineLedger ledger;
  const auto a = add(ledger, 0), b = add(ledger, 10), c = add(ledger, 20);
  EXPECT_TRUE(ledger.settle(b));
  EXPECT_EQ(ledger.oldest()->begin, 0u);
  EXPECT_TRUE(ledger.settle(a));
  EXPECT_EQ(ledger.oldest()->begin, 20u);
  EXPECT_FALSE(ledger.settle(a));
  EXPECT_TRUE(ledger.settle(c));
  EXPECT_TRUE(ledger.empty());
}

TEST(LineLedger, A_line_that_takes_long_holds_the_prefix_but_not_the_memory_of_those_behind_it) {
  LineLedger ledger;
  const auto slow = add(ledger, 0);
  for (std::uint64_t i = 1; i < 200'000; ++i) ASSERT_TRUE(ledger.settle(add(ledger, i)));
  EXPECT_EQ(ledger.oldest()->begin, 0u);
  const auto last = add(ledger, 1'000'000);
  EXPECT_TRUE(ledger.settle(slow));
  EXPECT_EQ(ledger.oldest()->begin, 1'000'000u);
  EXPECT_TRUE(ledger.settle(last));
}

TEST(LineLedger, Returned_lines_wait_oldest_first_and_count_their_deliveries) {
  LineLedger ledger;
  const auto a = add(ledger, 0), b = add(ledger, 10);
  EXPECT_TRUE(ledger.requeue(b));
  EXPECT_TRUE(ledger.requeue(a));
  EXPECT_FALSE(ledger.settle(a)) << "it is not handed out now";
  EXPECT_EQ(ledger.take_waiting()->begin, 0u);
  const auto* second = ledger.take_waiting();
  EXPECT_EQ(second->begin, 10u);
  EXPECT_EQ(second->deliveries, 1u);
  EXPECT_EQ(ledger.take_waiting(), nullptr);
  EXPECT_TRUE(ledger.settle(a));
  EXPECT_TRUE(ledger.settle(b));
}

TEST(LineLedger, Positions_of_an_earlier_opening_are_unknown) {
  LineLedger ledger;
  const auto a = add(ledger, 0);
  ledger.restart_waiting();
  EXPECT_FALSE(ledger.settle(a));
  EXPECT_NE(ledger.position_of(*ledger.take_waiting()), a);
  ledger.restart_empty();
  EXPECT_TRUE(ledger.empty());
}

}  // namespace
