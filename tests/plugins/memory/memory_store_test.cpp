// The memory store: the promises of every dedup store, and its own: names, time to live and the
// bound on its size.
#include <connector/testing/dedup_conformance.hpp>

namespace {

using connector::testing::DedupConformance;
using connector::testing::DedupStoreUnderTest;
using connector::testing::DedupTask;
using connector::testing::PluginUnderTest;
using connector::testing::TestCall;
using States = DedupTask::States;

constexpr int is_new = CONNECTOR_CLAIM_NEW, done = CONNECTOR_CLAIM_DONE,
              held = CONNECTOR_CLAIM_HELD;
constexpr std::uint32_t ids_metric = 0, evictions_metric = 1;

std::string config(const std::string& name, long ttl_ms = 86'400'000, long max_ids = 1'000'000) {
  return R"({"name":")" + name + R"(","ttl":)" + std::to_string(ttl_ms) + R"(,"max_ids":)" +
         std::to_string(max_ids) + "}";
}

INSTANTIATE_TEST_SUITE_P(MemoryStore, DedupConformance,
                         ::testing::Values(DedupStoreUnderTest{MEMORY_PLUGIN, "memory", [] {
                                                                 return std::optional<std::string>(
                                                                     config("conformance"));
                                                               }}));

class MemoryStore : public ::testing::Test {
 protected:
  const connector_component& component() const {
    return plugin_.component(CONNECTOR_DEDUP, "memory");
  }
  // A name that no other test uses.
  static std::string name() {
    return ::testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  static std::vector<std::string> ids(std::size_t from, std::size_t to) {
    std::vector<std::string> out;
    for (std::size_t i = from; i < to; ++i) out.push_back("s:" + std::to_string(i));
    return out;
  }

 private:
  PluginUnderTest plugin_{MEMORY_PLUGIN};
};

TEST_F(MemoryStore, Stores_with_other_names_know_nothing_of_each_other) {
  DedupTask one(component(), config(name() + "-1")), two(component(), config(name() + "-2"));
  one.commit({"s:1"});
  EXPECT_EQ(two.claim("a", {"s:1"}), States{is_new});
}

TEST_F(MemoryStore, A_new_instance_of_the_name_still_knows_the_ids) {
  {
    DedupTask before(component(), config(name()));
    before.commit({"s:1"});
  }
  DedupTask other(component(), config(name() + "-other"));
  DedupTask after(component(), config(name()));
  EXPECT_EQ(after.claim("a", {"s:1"}), States{done});
}

TEST_F(MemoryStore, A_binding_lives_as_long_as_the_ids_of_its_name) {
  {
    DedupTask before(component(), config(name()));
    before.commit({"s:1"});
    before.bind("s", "first");
  }
  DedupTask other(component(), config(name() + "-other"));
  EXPECT_EQ(other.bind("s", "second"), "second") << "each name has bindings of its own";
  DedupTask after(component(), config(name()));
  EXPECT_EQ(after.bind("s", "second"), "first");
}

TEST_F(MemoryStore, Clearing_every_scope_keeps_the_bindings) {
  DedupTask store(component(), config(name()));
  store.commit({"s:1"});
  store.bind("s", "first");
  store.clear("");
  EXPECT_EQ(store.claim("a", {"s:1"}), States{is_new});
  EXPECT_EQ(store.bind("s", "second"), "first");
}

TEST_F(MemoryStore, A_commit_is_forgotten_after_its_time_to_live) {
  DedupTask store(component(), config(name(), 30));
  store.commit({"s:1"});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (store.claim("a", {"s:1"}) == States{done} && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  EXPECT_EQ(store.claim("b", {"s:1"}), States{held});
}

TEST_F(MemoryStore, When_it_is_full_the_oldest_commits_go_first_and_are_counted) {
  DedupTask store(component(), config(name(), 86'400'000, 100));
  store.commit(ids(0, 100));
  store.commit(ids(0, 10));  // said again, so these are the newest
  EXPECT_EQ(store.claim("a", ids(100, 130)), States(30, is_new));
  EXPECT_EQ(store.host().metric(evictions_metric), 30);
  EXPECT_EQ(store.host().metric(ids_metric), 100);
  EXPECT_EQ(store.renew("a", ids(0, 10)), States(10, done));
  EXPECT_EQ(store.renew("a", ids(10, 40)), States(30, CONNECTOR_CLAIM_LOST));
  EXPECT_EQ(store.renew("a", ids(40, 100)), States(60, done));
}

TEST_F(MemoryStore, Claims_that_hold_are_never_dropped_for_room) {
  DedupTask store(component(), config(name(), 86'400'000, 10));
  EXPECT_EQ(store.claim("a", ids(0, 10)), States(10, is_new));
  const auto more = ids(10, 11);
  const auto asked = DedupTask::views(more);
  std::uint8_t state = 0;
  TestCall call;
  EXPECT_EQ(store.driver().ops().claim(store.driver().self(), connector::view("a"), 1000,
                                       asked.data(), 1, &state, call),
            CONNECTOR_RETRIABLE);
  EXPECT_NE(call.message().find("raise max_ids"), std::string::npos) << call.message();
  EXPECT_EQ(store.claim("b", ids(0, 10)), States(10, held));
  store.release("a", ids(0, 1));
  EXPECT_EQ(store.claim("a", more), States{is_new});
}

TEST_F(MemoryStore, What_has_expired_makes_room_before_any_commit_goes) {
  DedupTask store(component(), config(name(), 86'400'000, 20));
  store.commit(ids(0, 10));
  store.claim("gone", ids(10, 20), 20);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (store.claim("b", ids(19, 20)) != States{is_new} && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  EXPECT_EQ(store.claim("a", ids(20, 29)), States(9, is_new));
  EXPECT_EQ(store.host().metric(evictions_metric), 0);
}

TEST_F(MemoryStore, A_smaller_bound_of_a_newer_instance_counts_for_the_name) {
  DedupTask before(component(), config(name(), 86'400'000, 100));
  before.commit(ids(0, 100));
  DedupTask after(component(), config(name(), 86'400'000, 10));
  after.commit(ids(100, 101));
  EXPECT_EQ(after.host().metric(ids_metric), 10);
  EXPECT_EQ(after.renew("a", ids(92, 101)), States(9, done));
}

// Growth, reuse of places and the shifting of the index, over many more ids than fit.
TEST_F(MemoryStore, It_stays_right_while_ids_come_and_go) {
  DedupTask store(component(), config(name(), 86'400'000, 5000));
  for (std::size_t at = 0; at < 50'000; at += 500) {
    ASSERT_EQ(store.claim("a", ids(at, at + 500)), States(500, is_new));
    store.release("a", ids(at, at + 250));
    store.commit(ids(at + 250, at + 500));
    ASSERT_EQ(store.renew("a", ids(at + 250, at + 500)), States(250, done));
    ASSERT_EQ(store.renew("a", ids(at, at + 250)), States(250, CONNECTOR_CLAIM_LOST));
    if (at >= 4500) {
      ASSERT_EQ(store.renew("a", ids(at - 4250, at - 4000)), States(250, done));
    }
  }
  EXPECT_LE(store.host().metric(ids_metric), 5000);
}

}  // namespace
