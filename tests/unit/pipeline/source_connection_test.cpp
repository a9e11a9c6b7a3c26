#include "host/pipeline/source_connection.hpp"

#include <gtest/gtest.h>
#include <connector/plugin.hpp>
#include <connector/testing/plugin_under_test.hpp>

#include "tests/unit/middleware/manual_world.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

// Can be opened, and has nothing.
class EmptySource : public connector::Source {
 public:
  static constexpr std::string_view type = "empty", description = "Has nothing.";
  EmptySource(connector::Host, const connector::Config&) {}
  connector::PollResult poll(std::uint32_t, std::uint64_t, connector_batch&,
                             connector::Call&) override {
    return connector::PollResult::more;
  }
  void wake() override {}
  void ack(std::span<const std::uint64_t>, connector::Call&) override {}
  void nack(std::span<const std::uint64_t>, bool, connector::Call&) override {}
  void pause(connector::Call& call) override { pause_limit = call.timeout(); }

  static inline std::chrono::milliseconds pause_limit{};
};

class SourceConnectionTest : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) connection.failed({CONNECTOR_RETRIABLE, {}, "not now"});
  }

  // Opens the source, works with it and loses it; then opens it again.
  template <class F>
  void lose_and_reopen(F&& work) {
    if (!connection.is_open()) open_when_due();
    work();
    connection.worked();
    connection.failed({CONNECTOR_NOT_CONNECTED, {}, "reset by the broker"});
    open_when_due();
  }
  void open_when_due() {
    world.pass(30s);  // more than any backoff
    ASSERT_TRUE(connection.open());
  }

  ManualWorld world;
  const connector::testing::FakeHost host;
  plugin::SourceHandle source{connector::detail::component_table<EmptySource>, *host.raw(), "{}"};
  middleware::Breaker breaker{world, {}};
  IntakeCounters counters;
  int changes = 0;
  SourceConnection connection{{},
                              20s,
                              world,
                              source,
                              breaker,
                              counters,
                              {[](const std::string&) {}, [this] { ++changes; }}};
};

TEST_F(SourceConnectionTest, One_whose_calls_all_fail_is_not_up_though_it_is_open) {
  ASSERT_TRUE(connection.open());
  EXPECT_TRUE(connection.is_up());
  fail(4);
  EXPECT_TRUE(connection.is_up()) << "this happens";
  fail(1);
  EXPECT_FALSE(connection.is_up());
  EXPECT_TRUE(connection.is_open());
  EXPECT_EQ(breaker.status().last_error, "not now");
  const int before = changes;
  connection.worked();
  EXPECT_TRUE(connection.is_up());
  EXPECT_EQ(changes, before + 1) << "nobody has been told";
}

TEST_F(SourceConnectionTest, A_pause_may_take_as_long_as_a_drain) {
  ASSERT_TRUE(connection.open());
  connection.pause_or_resume(false);
  EXPECT_EQ(EmptySource::pause_limit, 20s)
      << "a window of large records may be on its way over a slow link";
}

TEST_F(SourceConnectionTest, Failures_count_only_in_a_row) {
  ASSERT_TRUE(connection.open());
  for (int i = 0; i < 3; ++i) {
    fail(4);
    connection.worked();
  }
  EXPECT_TRUE(connection.is_up());
}

TEST_F(SourceConnectionTest,
       Repeated_losses_soon_after_opening_are_not_up_even_when_records_were_settled) {
  for (int i = 0; i < 3; ++i) {
    lose_and_reopen([&] { connection.settled(world.now()); });
    EXPECT_EQ(connection.is_up(), i < 2) << i;
  }
  world.pass(59s);
  connection.worked();
  EXPECT_FALSE(connection.is_up());
  const int before = changes;
  world.pass(1s);
  connection.worked();
  EXPECT_TRUE(connection.is_up());
  EXPECT_EQ(changes, before + 1);
}

TEST_F(SourceConnectionTest, Repeated_losses_without_a_settled_record_are_not_up) {
  for (int i = 0; i < 3; ++i) lose_and_reopen([] {});
  EXPECT_FALSE(connection.is_up());
}

TEST_F(SourceConnectionTest, Losses_of_long_lived_connections_do_not_add_up) {
  for (int i = 0; i < 5; ++i) {
    lose_and_reopen([&] { world.pass(60s); });
    EXPECT_TRUE(connection.is_up()) << i;
  }
}

TEST_F(SourceConnectionTest, One_that_is_not_open_is_not_up) {
  EXPECT_FALSE(connection.is_up());
  ASSERT_TRUE(connection.open());
  connection.failed({CONNECTOR_NOT_CONNECTED, {}, "gone"});
  EXPECT_FALSE(connection.is_up());
}

}  // namespace
}  // namespace connector_host::pipeline
