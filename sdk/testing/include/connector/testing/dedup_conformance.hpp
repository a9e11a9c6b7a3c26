#pragma once
// DedupConformance: what every dedup store has to do, as tests that run against a built plugin. Yours, too:
//
//   using namespace connector::testing;
//   INSTANTIATE_TEST_SUITE_P(MyStore, DedupConformance, ::testing::Values(DedupStoreUnderTest{
//       "path/to/my-store.so", "my-store", [] { return std::optional<std::string>(R"({"name":"a"})"); }}));
//
// Include it in one source file of a test program that links GoogleTest. Each test makes two instances from one
// configuration text, as two tasks of one connector would be, and uses ids that no other test uses. It speaks of what a
// store promises in abi.h and of nothing else; no test depends on how fast the store is, but for leases, which end.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "connector/testing/conformance.hpp"
#include "connector/testing/dedup_task.hpp"
#include "connector/testing/plugin_under_test.hpp"

namespace connector::testing {

struct DedupStoreUnderTest {
  std::string library, type;
  // The configuration text: every declared option. Nothing: what the store needs is not there, the test is skipped.
  std::function<std::optional<std::string>()> config;
};
inline void PrintTo(const DedupStoreUnderTest& store, std::ostream* out) {
  *out << store.type;
}

class DedupConformance : public ::testing::TestWithParam<DedupStoreUnderTest> {
 protected:
  using States = DedupTask::States;
  static constexpr int is_new = CONNECTOR_CLAIM_NEW, done = CONNECTOR_CLAIM_DONE, held = CONNECTOR_CLAIM_HELD, lost = CONNECTOR_CLAIM_LOST;

  void SetUp() override {
    config_ = GetParam().config();
    if (!config_) GTEST_SKIP() << "what the store needs is not there";
    plugin_.emplace(GetParam().library);
    one_.emplace(component(), *config_);
    two_.emplace(component(), *config_);
  }
  void TearDown() override {
    if (one_ && one_->can_clear()) one_->clear(scope());
  }

  const connector_component& component() const { return plugin_->component(CONNECTOR_DEDUP, GetParam().type); }
  const std::string& config() const { return *config_; }
  DedupTask& one() { return *one_; }
  DedupTask& two() { return *two_; }
  // Of this test in this process.
  static std::string scope() {
    return std::string("conformance-") + ::testing::UnitTest::GetInstance()->current_test_info()->name() + "-" + std::to_string(getpid());
  }
  static std::string id(const std::string& name) { return scope() + ":" + name; }
  static std::vector<std::string> ids(const std::string& name, std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(id(name + std::to_string(i)));
    return out;
  }
  // True once the condition holds; it is asked until thirty seconds are over.
  template <class F>
  static bool eventually(F&& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return false;
  }

 private:
  std::optional<std::string> config_;
  std::optional<PluginUnderTest> plugin_;
  std::optional<DedupTask> one_, two_;
};

TEST_P(DedupConformance, A_claimed_id_is_new_for_its_owner_and_held_for_others) {
  EXPECT_EQ(one().claim("a", {id("1")}), States{is_new});
  EXPECT_EQ(two().claim("b", {id("1")}), States{held});
  EXPECT_EQ(one().claim("a", {id("1")}), States{is_new}) << "an owner gets its own claim back";
  EXPECT_EQ(two().claim("a", {id("1")}), States{is_new}) << "the name is the owner, whoever says it";
}

TEST_P(DedupConformance, A_committed_id_is_done_for_everybody) {
  EXPECT_EQ(one().claim("a", {id("1")}), States{is_new});
  one().commit({id("1")});
  one().commit({id("1")});
  EXPECT_EQ(one().claim("a", {id("1")}), States{done});
  EXPECT_EQ(two().claim("b", {id("1")}), States{done});
  EXPECT_EQ(two().renew("b", {id("1")}), States{done});
}

TEST_P(DedupConformance, A_commit_needs_no_claim_and_overrules_any) {
  one().claim("a", {id("claimed")});
  two().commit({id("claimed"), id("never-claimed")});
  EXPECT_EQ(one().claim("a", {id("claimed"), id("never-claimed")}), (States{done, done}));
  EXPECT_EQ(one().renew("a", {id("claimed")}), States{done});
}

TEST_P(DedupConformance, A_release_gives_back_the_claims_of_its_owner_only) {
  one().claim("a", {id("own")});
  two().claim("b", {id("other")});
  one().commit({id("committed")});
  one().release("a", {id("own"), id("other"), id("committed"), id("unknown")});
  EXPECT_EQ(two().claim("c", {id("own"), id("other"), id("committed"), id("unknown")}), (States{is_new, held, done, is_new}));
}

TEST_P(DedupConformance, A_renewal_tells_what_is_still_ours_and_takes_nothing) {
  one().claim("a", {id("own")});
  two().claim("b", {id("other")});
  one().commit({id("committed")});
  EXPECT_EQ(one().renew("a", {id("own"), id("other"), id("committed"), id("unknown")}), (States{is_new, lost, done, lost}));
  EXPECT_EQ(two().claim("b", {id("unknown")}), States{is_new});
}

TEST_P(DedupConformance, A_lease_ends_and_the_id_is_free_again) {
  one().claim("a", {id("1")}, 50);
  EXPECT_TRUE(eventually([&] { return two().claim("b", {id("1")}) == States{is_new}; }));
  EXPECT_EQ(one().renew("a", {id("1")}), States{lost});
  EXPECT_EQ(one().claim("a", {id("1")}), States{held});
  one().release("a", {id("1")});
  EXPECT_EQ(one().claim("c", {id("1")}), States{held}) << "who has lost a claim cannot give it back";
}

// The marker is claimed after the lease was extended, so once its lease is over a lease that was not extended is over too.
// A machine that stalls may use up the lease before it can be renewed: then the same is tried with a longer one.
TEST_P(DedupConformance, Claiming_again_and_renewing_give_the_full_lease) {
  for (const std::uint32_t lease : {100u, 1000u, 10'000u}) {
    const auto of_turn = [&](const char* name) { return id(name + std::to_string(lease)); };
    const auto start = std::chrono::steady_clock::now();
    one().claim("a", {of_turn("again"), of_turn("renewed"), of_turn("neither")}, lease);
    const States again = one().claim("a", {of_turn("again")}), renewed = one().renew("a", {of_turn("renewed")});
    if (std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(lease)) continue;
    EXPECT_EQ(again, States{is_new});
    EXPECT_EQ(renewed, States{is_new});
    one().claim("a", {of_turn("marker")}, lease);
    ASSERT_TRUE(eventually([&] { return two().claim("b", {of_turn("marker")}) == States{is_new}; }));
    EXPECT_EQ(two().claim("b", {of_turn("again"), of_turn("renewed"), of_turn("neither")}), (States{held, held, is_new}));
    return;
  }
  FAIL() << "three calls took longer than 10 s";
}

TEST_P(DedupConformance, A_commit_after_the_lease_is_over_counts) {
  one().claim("a", {id("1")}, 20);
  ASSERT_TRUE(eventually([&] { return two().claim("b", {id("1")}) == States{is_new}; }));
  one().commit({id("1")});
  EXPECT_EQ(two().renew("b", {id("1")}), States{done});
}

TEST_P(DedupConformance, Ids_are_bytes) {
  const std::vector<std::string> odd = {id(std::string("a\0b", 3)),
                                        id("a"),
                                        id("a\r\nb"),
                                        id("%s%n"),
                                        id("{id}"),
                                        id("*?[a]"),
                                        id("\xff\xfe"),
                                        id("a b"),
                                        id("\""),
                                        id("$5\r\n+OK"),
                                        id(std::string(4000, 'x')),
                                        id(std::string(3999, 'x')),
                                        id("")};
  EXPECT_EQ(one().claim("a", odd), States(odd.size(), is_new));
  one().commit({odd[0]});
  EXPECT_EQ(two().claim("b", {odd[0], odd[1]}), (States{done, held}));
  one().commit(odd);
  EXPECT_EQ(two().claim("b", odd), States(odd.size(), done));
}

TEST_P(DedupConformance, A_large_batch_keeps_its_order) {
  const auto all = ids("n", 5000);
  States expected(all.size(), is_new);
  std::vector<std::string> committed, others;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 3 == 1) committed.push_back(all[i]), expected[i] = done;
    if (i % 3 == 2) others.push_back(all[i]), expected[i] = held;
  }
  one().commit(committed);
  EXPECT_EQ(two().claim("b", others), States(others.size(), is_new));
  EXPECT_EQ(one().claim("a", all), expected);
  EXPECT_EQ(one().claim("a", all), expected);
}

TEST_P(DedupConformance, An_empty_batch_is_fine) {
  EXPECT_EQ(one().claim("a", {}), States{});
  EXPECT_EQ(one().renew("a", {}), States{});
  one().commit({});
  one().release("a", {});
}

TEST_P(DedupConformance, Of_two_owners_that_race_each_id_is_new_for_exactly_one) {
  const auto all = ids("n", 2000);
  States first(all.size()), second(all.size());
  std::atomic<int> waiting = 2;
  const auto race = [&](DedupTask& task, const char* owner, States& states) {
    for (--waiting; waiting > 0;) std::this_thread::yield();
    for (std::size_t at = 0; at < all.size(); at += 50) {
      const States some = task.claim(owner, {all.begin() + std::ptrdiff_t(at), all.begin() + std::ptrdiff_t(at) + 50});
      std::copy(some.begin(), some.end(), states.begin() + std::ptrdiff_t(at));
    }
  };
  std::thread other([&] { race(two(), "b", second); });
  race(one(), "a", first);
  other.join();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(first[i] + second[i], is_new + held) << all[i];
}

// Calls of one instance come from several workers at once, unless it says otherwise.
TEST_P(DedupConformance, Workers_share_an_instance) {
  if (one().driver().lifecycle().max_parallel == 1) GTEST_SKIP() << "the store takes one call at a time";
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      for (int round = 0; round < 20; ++round) {
        const auto mine = ids("w" + std::to_string(worker) + "-" + std::to_string(round) + "-", 40);
        EXPECT_EQ(one().claim("a", mine), States(mine.size(), is_new));
        one().commit(mine);
        EXPECT_EQ(one().claim("b", mine), States(mine.size(), done));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
}

TEST_P(DedupConformance, Closing_and_opening_forgets_nothing) {
  one().claim("a", {id("claimed")});
  one().commit({id("committed")});
  one().driver().lifecycle().close(one().driver().self());
  one().driver().lifecycle().close(one().driver().self());
  one().driver().open();
  EXPECT_EQ(one().claim("b", {id("claimed"), id("committed")}), (States{held, done}));
}

TEST_P(DedupConformance, Closing_takes_two_seconds_at_most) {
  one().claim("a", {id("claimed")});
  const auto start = std::chrono::steady_clock::now();
  one().driver().lifecycle().close(one().driver().self());
  EXPECT_LT(std::chrono::steady_clock::now() - start, detail::close_limit + detail::patience);
}

TEST_P(DedupConformance, Checking_may_run_beside_other_calls) {
  if (one().driver().lifecycle().max_parallel == 1) GTEST_SKIP() << "the store takes one call at a time";
  std::thread checks([&] {
    for (int turn = 0; turn < 5; ++turn) {
      TestCall call;
      EXPECT_EQ(one().driver().lifecycle().check(one().driver().self(), call), CONNECTOR_OK) << call.message();
    }
  });
  for (int turn = 0; turn < 20; ++turn) {
    const auto some = ids("n" + std::to_string(turn) + "-", 20);
    EXPECT_EQ(one().claim("a", some), States(some.size(), is_new));
  }
  checks.join();
}

TEST_P(DedupConformance, A_cancelled_store_works_again_once_it_is_opened) {
  one().driver().lifecycle().cancel(one().driver().self());
  TestCall check;
  EXPECT_EQ(one().driver().lifecycle().check(one().driver().self(), check), CONNECTOR_OK) << "check is not cancelled: " << check.message();
  one().driver().lifecycle().close(one().driver().self());
  one().driver().open();
  EXPECT_EQ(one().claim("a", {id("1")}), States{is_new});
}

TEST_P(DedupConformance, Checking_needs_no_open) {
  FakeHost host;
  DedupDriver fresh(component(), config(), host);
  TestCall call;
  EXPECT_EQ(fresh.lifecycle().check(fresh.self(), call), CONNECTOR_OK) << call.message();
}

TEST_P(DedupConformance, Clearing_a_scope_forgets_that_scope_only) {
  if (!one().can_clear()) GTEST_SKIP() << "the store cannot clear";
  const std::string twin = scope() + "x", star = scope() + "*";
  const std::vector<std::string> kept = {twin + ":1", "before-" + id("1"), star + ":1"};
  const auto gone = ids("n", 2500);
  one().commit(gone);
  one().commit(kept);
  two().claim("a", {id("claimed")});
  one().clear(scope());
  EXPECT_EQ(two().claim("b", gone), States(gone.size(), is_new));
  EXPECT_EQ(two().claim("b", {id("claimed")}), States{is_new});
  EXPECT_EQ(two().claim("b", kept), States(kept.size(), done));
  one().clear(star);
  EXPECT_EQ(two().claim("b", {kept[0], kept[1], kept[2]}), (States{done, done, is_new}));
  for (const std::string& other : {twin, star, "before-" + scope()}) one().clear(other);
}

}  // namespace connector::testing

#include "connector/testing/dedup_binding_conformance.hpp"  // the tests of bind, which need the fixture above
