#include "host/middleware/guard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/middleware/manual_world.hpp"

namespace connector_host::middleware {
namespace {

using namespace std::chrono_literals;

// A sink whose dependency answers what the test says.
struct Dependency {
  connector_code answer = CONNECTOR_OK;
  int opens = 0, closes = 0, checks = 0;
};

connector_code answer(void* self, connector_call* call, int Dependency::* counter) {
  auto& dependency = *static_cast<Dependency*>(self);
  ++(dependency.*counter);
  std::snprintf(call->message, sizeof call->message, "refused");
  return dependency.answer;
}

constexpr connector_lifecycle_ops lifecycle = {
    sizeof(connector_lifecycle_ops),
    0,
    [](void* self, connector_call* call) { return answer(self, call, &Dependency::opens); },
    [](void* self, connector_call* call) { return answer(self, call, &Dependency::checks); },
    [](void*) {},
    [](void* self) { ++static_cast<Dependency*>(self)->closes; }};
constexpr connector_sink_ops ops = {sizeof(connector_sink_ops), 0, &lifecycle, nullptr};
constexpr connector_component component = {
    sizeof(connector_component),
    CONNECTOR_SINK,
    {"fake", 4},
    {"", 0},
    nullptr,
    0,
    nullptr,
    0,
    &ops,
    [](const connector_host_api* host, connector_view, connector_call*) { return host->self; },
    [](void*) {}};

class GuardTest : public testing::Test {
 protected:
  static plugin::CallResult result(connector_code code) {
    return {code, 0ms, code == CONNECTOR_OK ? "" : "refused"};
  }
  void call(connector_code code) {
    ASSERT_TRUE(guard.enter());
    guard.leave(result(code));
  }
  GuardEvents events() {
    return {[this] { ++ready; }, [this] { ++wants_opener; },
            [this](const std::string& why) { broken.push_back(why); }, [this] { ++failed; }};
  }

  Dependency dependency;
  connector_host_api api = [this] {
    connector_host_api lent{};
    lent.self = &dependency;
    return lent;
  }();
  ManualWorld world;
  Breaker breaker{world, {3, 3000ms}};
  plugin::Instance instance{component, api, "{}"};
  int ready = 0, wants_opener = 0, failed = 0;
  std::vector<std::string> broken;
  Guard guard{instance, breaker, world, {"sink", {200ms, 30s}, 3000ms, 1000ms, 1000ms}, events()};
};

TEST_F(GuardTest, Repeats_of_records_that_failed_by_themselves_do_not_open_the_breaker) {
  guard.maintain();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(guard.enter());
    guard.leave(result(CONNECTOR_RETRIABLE), Attempt::repeat);
  }
  EXPECT_TRUE(breaker.closed());
  EXPECT_EQ(guard.counts().failed_calls, 10u);
  EXPECT_EQ(guard.last_error(), "refused");
  EXPECT_TRUE(guard.ready()) << "others go";
}

TEST_F(GuardTest,
       One_whose_calls_all_fail_does_not_work_until_one_succeeds_or_none_is_made_any_more) {
  guard.maintain();
  const auto fail = [&] {
    ASSERT_TRUE(guard.enter());
    guard.leave(result(CONNECTOR_RETRIABLE), Attempt::repeat);
  };
  for (int i = 0; i < 4; ++i) fail();
  EXPECT_TRUE(guard.works());
  fail();
  EXPECT_FALSE(guard.works());
  call(CONNECTOR_OK);
  EXPECT_TRUE(guard.works());
  for (int i = 0; i < 5; ++i) fail();
  EXPECT_FALSE(guard.works());
  world.pass(60s);
  EXPECT_TRUE(guard.works());
}

TEST_F(GuardTest, A_repeat_that_loses_the_connection_counts) {
  guard.maintain();
  ASSERT_TRUE(guard.enter());
  guard.leave(result(CONNECTOR_NOT_CONNECTED), Attempt::repeat);
  EXPECT_FALSE(guard.enter());
  EXPECT_EQ(guard.outages(), 1u);
}

TEST_F(GuardTest, Nobody_calls_before_the_dependency_has_answered_an_open) {
  EXPECT_FALSE(guard.enter());
  guard.maintain();
  EXPECT_EQ(dependency.opens, 1);
  EXPECT_TRUE(guard.ready());
  EXPECT_EQ(ready, 1);
  call(CONNECTOR_OK);
}

TEST_F(GuardTest, Nobody_calls_what_was_cancelled) {
  guard.maintain();
  call(CONNECTOR_OK);
  guard.cancel();
  EXPECT_FALSE(guard.enter());
}

TEST_F(GuardTest, A_failed_open_is_tried_again_after_a_pause_and_not_before) {
  dependency.answer = CONNECTOR_NOT_CONNECTED;
  world.chance = 99;
  const world::Time again = guard.maintain();
  EXPECT_GT(again, world.now());
  EXPECT_LE(again, world.now() + 3s);
  guard.maintain();
  EXPECT_EQ(dependency.opens, 1);
  world.pass(again - world.now());
  dependency.answer = CONNECTOR_OK;
  guard.maintain();
  EXPECT_EQ(dependency.opens, 2);
  EXPECT_TRUE(guard.ready());
}

TEST_F(GuardTest, A_lost_connection_is_opened_again_only_when_nobody_is_inside) {
  guard.maintain();
  ASSERT_TRUE(guard.enter());
  ASSERT_TRUE(guard.enter());
  wants_opener = 0;
  guard.leave(result(CONNECTOR_NOT_CONNECTED));
  EXPECT_FALSE(guard.enter());
  EXPECT_EQ(wants_opener, 0);
  world.pass(10s);
  EXPECT_EQ(guard.maintain(), world::never);
  EXPECT_EQ(dependency.opens, 1);
  guard.leave(result(CONNECTOR_OK));
  EXPECT_EQ(wants_opener, 1);
  guard.maintain();
  EXPECT_EQ(dependency.opens, 2);
  EXPECT_EQ(dependency.closes, 2);  // before each open
}

TEST_F(GuardTest, Behind_an_open_breaker_nobody_calls_until_a_probe_was_answered) {
  guard.maintain();
  for (int i = 0; i < 3; ++i) call(CONNECTOR_RETRIABLE);
  EXPECT_EQ(failed, 3);
  EXPECT_FALSE(guard.enter());
  EXPECT_EQ(guard.last_error(), "refused");
  dependency.answer = CONNECTOR_RETRIABLE;
  world.pass(3s);
  guard.maintain();
  EXPECT_EQ(dependency.checks, 1);
  EXPECT_FALSE(guard.enter());
  dependency.answer = CONNECTOR_OK;
  world.pass(3s);
  guard.maintain();
  EXPECT_TRUE(guard.enter());
  guard.leave(result(CONNECTOR_OK));
}

TEST_F(GuardTest, Whatever_breaks_the_breaker_the_watching_guard_hears_of_it) {
  guard.watch();
  for (int i = 0; i < 3; ++i) breaker.failure("somebody else's call");
  EXPECT_EQ(wants_opener, 1);
  breaker.success();
  EXPECT_EQ(ready, 1);
  guard.unwatch();
}

TEST_F(GuardTest, What_only_the_user_can_mend_is_said_once_and_never_tried_again) {
  dependency.answer = CONNECTOR_BAD_CONFIG;
  EXPECT_EQ(guard.maintain(), world::never);
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0], "sink: refused");
  world.pass(1h);
  guard.maintain();
  EXPECT_EQ(dependency.opens, 1);
}

TEST_F(GuardTest,
       A_dependency_that_a_call_waits_for_is_asked_and_is_not_ready_while_it_does_not_answer) {
  guard.maintain();
  ASSERT_TRUE(guard.enter());
  guard.maintain();
  world.pass(3s);
  dependency.answer = CONNECTOR_NOT_CONNECTED;
  guard.maintain();
  EXPECT_EQ(dependency.checks, 1);
  EXPECT_FALSE(guard.ready());
  EXPECT_FALSE(guard.enter()) << "nobody goes where another one hangs";
  EXPECT_EQ(guard.last_error(),
            "a call is under way for long, and the dependency does not answer: refused");
  EXPECT_TRUE(breaker.closed())
      << "the call that hangs says what it came to, and until then nothing is known";
  ready = 0;
  dependency.answer = CONNECTOR_OK;
  world.pass(3s);
  guard.maintain();
  EXPECT_TRUE(guard.ready());
  EXPECT_EQ(ready, 1) << "who waits is told";
  guard.leave(result(CONNECTOR_OK));
}

TEST_F(GuardTest, A_call_that_is_back_ends_the_doubt) {
  guard.maintain();
  ASSERT_TRUE(guard.enter());
  guard.maintain();
  world.pass(3s);
  dependency.answer = CONNECTOR_NOT_CONNECTED;
  guard.maintain();
  ASSERT_FALSE(guard.ready());
  ready = 0;
  guard.leave(result(CONNECTOR_OK));
  EXPECT_TRUE(guard.ready());
  EXPECT_EQ(ready, 1);
}

TEST_F(GuardTest, Calls_that_come_and_go_are_not_asked_about) {
  guard.maintain();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(guard.enter());
    guard.maintain();
    world.pass(2s);
    guard.maintain();
    guard.leave(result(CONNECTOR_OK));
  }
  EXPECT_EQ(dependency.checks, 0);
}

}  // namespace
}  // namespace connector_host::middleware
