#pragma once
// The tests of DedupConformance for `bind`: a scope belongs to the first identity until somebody replaces it.
//
// Not a suite of its own: dedup_conformance.hpp includes it. A store without `bind` skips these tests. Bindings are
// permanent, so each test uses a scope with a random name, and a store that outlives the test keeps some short values.
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "connector/testing/dedup_conformance.hpp"

namespace connector::testing {

// A scope that nobody has bound, as a host encodes it: without ':'.
inline std::string unbound_scope() {
  static std::random_device random;
  return "conformance-binding-" + std::to_string(random()) + "-" + std::to_string(random());
}

TEST_P(DedupConformance, The_first_binding_of_a_scope_wins) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  const std::string scope = unbound_scope();
  EXPECT_EQ(one().bind(scope, "queue://a/q kafka://b/t"), "queue://a/q kafka://b/t");
  EXPECT_EQ(two().bind(scope, "queue://c/q kafka://b/t"), "queue://a/q kafka://b/t");
  EXPECT_EQ(two().bind(scope, "queue://a/q kafka://b/t"), "queue://a/q kafka://b/t");
  EXPECT_EQ(one().bind(scope, ""), "queue://a/q kafka://b/t");
}

TEST_P(DedupConformance, Replacing_a_binding_changes_it_for_everybody) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  const std::string scope = unbound_scope();
  EXPECT_EQ(one().replace_binding(scope, "first"), "first") << "a scope without a binding takes the new one";
  EXPECT_EQ(two().replace_binding(scope, "second"), "second");
  EXPECT_EQ(one().bind(scope, "first"), "second");
  EXPECT_EQ(one().bind(scope, "second"), "second");
}

TEST_P(DedupConformance, Concurrent_bindings_of_one_scope_agree) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  std::vector<std::string> scopes(200);
  for (std::string& each : scopes) each = unbound_scope();
  std::vector<std::string> first, second;
  std::atomic<int> waiting = 2;
  const auto race = [&](DedupTask& task, const char* identity, std::vector<std::string>& bound) {
    for (--waiting; waiting > 0;) std::this_thread::yield();
    for (const std::string& scope : scopes) bound.push_back(task.bind(scope, identity));
  };
  std::thread other([&] { race(two(), "b", second); });
  race(one(), "a", first);
  other.join();
  EXPECT_EQ(first, second);
  for (const std::string& bound : first) EXPECT_TRUE(bound == "a" || bound == "b") << bound;
}

TEST_P(DedupConformance, A_binding_survives_clear_close_and_open) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  const std::string scope = unbound_scope();
  EXPECT_EQ(one().bind(scope, "first"), "first");
  one().commit({scope + ":1"});
  if (one().can_clear()) {
    one().clear(scope);
    EXPECT_EQ(one().claim("a", {scope + ":1"}), States{is_new}) << "clear forgets the ids all the same";
    EXPECT_EQ(one().bind(scope, "second"), "first");
  }
  one().driver().lifecycle().close(one().driver().self());
  one().driver().open();
  EXPECT_EQ(one().bind(scope, "second"), "first");
}

TEST_P(DedupConformance, A_binding_leaves_the_ids_of_its_scope_alone) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  const std::string scope = unbound_scope();
  const auto of_scope = [&](const char* id) { return scope + ":" + id; };
  one().commit({of_scope("committed")});
  two().claim("b", {of_scope("claimed")});
  one().bind(scope, "identity");
  one().replace_binding(scope, "other");
  EXPECT_EQ(one().claim("a", {of_scope("committed"), of_scope("claimed")}), (States{done, held}));
  const std::vector<std::string> fresh = {of_scope(""), of_scope("identity"), of_scope("other"), of_scope("bound")};
  EXPECT_EQ(one().claim("a", fresh), States(fresh.size(), is_new));
  one().commit(fresh);
  EXPECT_EQ(one().bind(scope, "identity"), "other");
  if (one().can_clear()) one().clear(scope);
}

TEST_P(DedupConformance, Scopes_that_look_alike_are_bound_separately) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  const std::string scope = unbound_scope();
  const std::vector<std::string> alike = {scope, scope + "x", scope.substr(0, scope.size() - 1), scope + "%3Ax", scope + "%25", scope + "*", scope + "{id}"};
  for (const std::string& each : alike) EXPECT_EQ(one().bind(each, "of " + each), "of " + each);
  for (const std::string& each : alike) EXPECT_EQ(two().bind(each, "another"), "of " + each);
}

TEST_P(DedupConformance, An_identity_comes_back_unchanged) {
  if (!one().can_bind()) GTEST_SKIP() << "the store cannot bind";
  for (const std::string identity : {"bound:", "done", "claim:a", "{id} %s %25", "\xc3\xa4 \"quoted\"", " spaces "}) {
    const std::string scope = unbound_scope();
    EXPECT_EQ(one().bind(scope, identity), identity);
    EXPECT_EQ(two().bind(scope, "another"), identity);
  }
  const std::string scope = unbound_scope(), long_one(4000, 'x');
  EXPECT_EQ(one().bind(scope, long_one), long_one);
  EXPECT_EQ(two().bind(scope, "another"), long_one);
}

}  // namespace connector::testing
