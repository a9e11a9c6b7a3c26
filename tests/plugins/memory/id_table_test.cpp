// The table of ids by a clock of the test's: what goes when it is full, with stores that differ in
// ttl and connectors in lease.
#include "plugins/memory/id_table.hpp"

#include <gtest/gtest.h>

#include <connector/error.hpp>
#include <string>
#include <vector>

namespace connector_host_plugins::memory {
namespace {

using connector::Claim;
using Claims = std::vector<Claim>;
using Names = std::vector<std::string>;

constexpr std::int64_t day = 86'400'000;

class IdTableTest : public ::testing::Test {
 protected:
  TableSize commit(const Names& names, std::int64_t ttl_ms) {
    return table_.commit(ttl_ms, views(names), now_ms_);
  }
  Claims claim(const Names& names, std::int64_t lease_ms, const std::string& owner = "me") {
    Claims states(names.size());
    size_ = table_.claim(owner, lease_ms, views(names), states, now_ms_);
    return states;
  }
  Claims renew(const Names& names, std::int64_t lease_ms) {
    Claims states(names.size());
    size_ = table_.renew("me", lease_ms, views(names), states, now_ms_);
    return states;
  }

  IdTable table_;
  std::int64_t now_ms_ = 1'000'000;
  TableSize size_{};

 private:
  connector::Ids views(const Names& names) {
    views_.clear();
    for (const std::string& name : names) views_.push_back(connector::view(name));
    return {views_.data(), views_.size()};
  }

  std::vector<connector_view> views_;
};

TEST_F(IdTableTest, Expired_commits_of_a_short_ttl_go_before_live_ones_that_are_older) {
  table_.set_max_ids(4);
  commit({"A:1"}, day);
  commit({"B:1", "B:2", "B:3"}, 1);
  now_ms_ += 50;
  EXPECT_EQ(commit({"A:2"}, day).evicted, 0u);
  EXPECT_EQ(claim({"A:1", "A:2"}, 1000), (Claims{Claim::done, Claim::done}));
}

TEST_F(IdTableTest, Expired_claims_of_a_short_lease_go_before_live_commits) {
  table_.set_max_ids(5);
  claim({"A:1"}, day);
  claim({"B:1", "B:2", "B:3"}, 1);
  commit({"A:2"}, day);
  now_ms_ += 50;
  EXPECT_EQ(claim({"A:3"}, day), Claims{Claim::is_new});
  EXPECT_EQ(size_.evicted, 0u);
  EXPECT_EQ(claim({"A:2"}, day), Claims{Claim::done});
  EXPECT_EQ(claim({"A:1"}, day, "other"), Claims{Claim::held});
}

TEST_F(IdTableTest, When_nothing_has_expired_the_commit_that_is_oldest_goes_whatever_its_ttl) {
  table_.set_max_ids(3);
  commit({"A:1"}, 2 * day);
  now_ms_ += 1;
  commit({"B:1"}, day);
  now_ms_ += 1;
  commit({"A:2"}, 2 * day);
  EXPECT_EQ(commit({"A:3"}, 2 * day).evicted, 1u);
  EXPECT_EQ(commit({"A:4"}, 2 * day).evicted, 1u);
  EXPECT_EQ(renew({"A:1", "B:1", "A:2", "A:3", "A:4"}, day),
            (Claims{Claim::lost, Claim::lost, Claim::done, Claim::done, Claim::done}));
}

TEST_F(
    IdTableTest,
    A_claim_that_is_renewed_for_longer_and_a_commit_said_again_with_another_ttl_live_as_long_as_said_last) {
  claim({"1", "2"}, 10);
  commit({"3"}, 10);
  renew({"1"}, 1000);
  commit({"3"}, 1000);
  now_ms_ += 500;
  EXPECT_FALSE(table_.forget_expired(now_ms_));
  EXPECT_EQ(renew({"1", "2", "3"}, 1000), (Claims{Claim::is_new, Claim::lost, Claim::done}));
  EXPECT_EQ(size_.ids, 2u);
  now_ms_ += 2000;
  EXPECT_TRUE(table_.forget_expired(now_ms_));
}

TEST_F(IdTableTest, Memory_follows_what_lives_also_with_many_lifetimes) {
  for (int i = 0; i < 10'000; ++i, ++now_ms_) {
    const std::int64_t lifetime = 1 + i % 7;
    claim({"claim " + std::to_string(i)}, lifetime);
    commit({"commit " + std::to_string(i)}, lifetime);
  }
  EXPECT_LT(size_.ids, 100u);
}

TEST_F(IdTableTest, Bindings_have_a_maximum_of_their_own) {
  table_.set_max_ids(1);
  for (std::size_t i = 0; i < IdTable::most_bindings; ++i)
    table_.bind("s" + std::to_string(i), "first", IdTable::Bind::first_wins);
  EXPECT_EQ(commit({"A:1"}, day).evicted, 0u) << "max_ids does not count bindings";
  EXPECT_EQ(table_.bind("s7", "second", IdTable::Bind::first_wins), "first");
  EXPECT_EQ(table_.bind("s7", "second", IdTable::Bind::replace), "second");
  EXPECT_THROW(table_.bind("one more", "first", IdTable::Bind::first_wins), connector::Error);
}

}  // namespace
}  // namespace connector_host_plugins::memory
