#include "host/pipeline/claim_ledger.hpp"

#include <gtest/gtest.h>

#include "connector/abi.h"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class ClaimLedgerTest : public testing::Test {
 protected:
  ClaimLedgerTest() {
    first.id = "a";
    second.id = "b";
    ledger.add(std::vector<Entry*>{&first}, at(0s));
    ledger.add(std::vector<Entry*>{&second}, at(5s));
  }
  static world::Time at(world::Duration since) { return world::Time(1h + since); }
  std::vector<std::string> older_than(world::Duration since) {
    std::vector<std::string> ids;
    ledger.collect(at(since), ids);
    return ids;
  }

  const world::Time long_ago{};
  ClaimLedger ledger;
  Entry first, second;
};

TEST_F(ClaimLedgerTest, Collects_the_claims_that_grow_old) {
  EXPECT_EQ(older_than(3s), std::vector<std::string>{"a"});
  EXPECT_EQ(older_than(9s), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ClaimLedgerTest, A_renewed_claim_is_young_again) {
  ledger.apply({"a"}, std::vector<std::uint8_t>{CONNECTOR_CLAIM_NEW}, at(8s));
  EXPECT_EQ(older_than(8s), std::vector<std::string>{"b"});
}

TEST_F(ClaimLedgerTest, A_lost_claim_is_told_once_and_not_renewed_any_more) {
  ledger.apply({"a"}, std::vector<std::uint8_t>{CONNECTOR_CLAIM_LOST}, at(8s));
  EXPECT_EQ(older_than(9s), std::vector<std::string>{"b"});
  EXPECT_TRUE(ledger.take_lost(first, long_ago));
  EXPECT_FALSE(ledger.take_lost(first, long_ago));
  EXPECT_FALSE(ledger.take_lost(second, long_ago));
}

TEST_F(ClaimLedgerTest, A_claim_that_nobody_renewed_for_its_lease_is_as_good_as_lost) {
  EXPECT_TRUE(ledger.take_lost(first, at(3s)));
  EXPECT_FALSE(ledger.take_lost(second, at(3s)));
  EXPECT_EQ(older_than(9s), std::vector<std::string>{"b"});
}

TEST_F(ClaimLedgerTest, A_claim_that_was_lost_and_made_anew_is_renewed_once) {
  ledger.apply({"a"}, std::vector<std::uint8_t>{CONNECTOR_CLAIM_LOST}, at(8s));
  ledger.take_lost(first, long_ago);
  ledger.add(std::vector<Entry*>{&first}, at(9s));
  EXPECT_EQ(older_than(10s), (std::vector<std::string>{"b", "a"}));
}

TEST_F(ClaimLedgerTest, An_answer_for_a_record_that_is_settled_meanwhile_touches_nobody) {
  ledger.keep_only(std::vector<Entry*>{&second});
  ledger.apply({"a"}, std::vector<std::uint8_t>{CONNECTOR_CLAIM_LOST}, at(8s));
  EXPECT_FALSE(first.claim_lost);
  EXPECT_FALSE(second.claim_lost);
}

TEST_F(ClaimLedgerTest, A_claim_that_a_renewal_finds_done_is_doubtful) {
  first.holds_claim = true;
  ledger.apply({"a"}, std::vector<std::uint8_t>{CONNECTOR_CLAIM_DONE}, at(8s));
  std::vector<Entry*> doubtful;
  ledger.collect_doubtful(std::vector<Entry*>{&first}, long_ago, doubtful);
  EXPECT_EQ(doubtful, std::vector<Entry*>{&first}) << "another owner has delivered it";
}

TEST(ClaimLedger, Old_and_lost_claims_are_doubtful_until_they_are_confirmed) {
  const world::Time now(1h);
  ClaimLedger ledger;
  Entry old, lost, recent, unclaimed;
  Entry* const claimed[] = {&old, &lost, &recent};
  old.id = "old", lost.id = "lost", recent.id = "recent";
  for (Entry* each : claimed) each->holds_claim = true;
  ledger.add({claimed, 2}, now - 10s);
  ledger.add({claimed + 2, 1}, now);
  const std::uint8_t answer[] = {CONNECTOR_CLAIM_LOST};
  ledger.apply({"lost"}, answer, now);
  Entry* const all[] = {&old, &old, &lost, &recent,
                        &unclaimed};  // two outputs of one record stand together
  std::vector<Entry*> doubtful;
  ledger.collect_doubtful(all, now - 3s, doubtful);
  EXPECT_EQ(doubtful, (std::vector<Entry*>{&old, &lost}));
  ledger.confirmed({claimed, 1}, {claimed + 1, 1}, now);
  ledger.collect_doubtful({claimed, 1}, now - 3s, doubtful);
  EXPECT_TRUE(doubtful.empty());
  std::vector<std::string> held;
  ledger.collect(now + 1s, held);
  EXPECT_EQ(held, (std::vector<std::string>{"old", "recent"}));
}

}  // namespace
}  // namespace connector_host::pipeline
