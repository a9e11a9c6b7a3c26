// open, check and what they say when something is not as it should be.
#include <future>

#include "broker.hpp"
#include "fake_broker.hpp"
#include "tcp_proxy.hpp"
#include "tests/plugins/net/fake_lookup.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqOpening = RabbitmqTest;
using Clock = std::chrono::steady_clock;

void expect_words(const TestSource& source, std::string_view part) {
  EXPECT_NE(source.why().find(part), std::string::npos) << source.why();
  EXPECT_EQ(source.why().find("wr0ng-secret"), std::string::npos) << source.why();
}

TEST_F(RabbitmqOpening, Works_with_any_spelling_of_the_virtual_host_slash) {
  Queue queue;
  for (const char* path : {"", "/", "/%2F", "/%2f"}) {
    TestSource source(queue.name(), {{"url", url_of(broker_port(), "guest:guest", path)}});
    EXPECT_EQ(source.open(), CONNECTOR_OK) << path << ": " << source.why();
  }
}

TEST_F(RabbitmqOpening, A_refused_login_is_for_the_user_and_shows_no_password) {
  Queue queue;
  TestSource source(queue.name(), {{"url", url_of(broker_port(), "guest:wr0ng-secret")}});
  EXPECT_EQ(source.open(), CONNECTOR_BAD_CONFIG);
  expect_words(source, "check user and password");
  EXPECT_EQ(source.check(), CONNECTOR_BAD_CONFIG);
}

TEST_F(RabbitmqOpening, User_and_password_stand_above_those_of_the_url) {
  Queue queue;
  TestSource good(queue.name(), {{"url", url_of(broker_port(), "nobody:wr0ng-secret")},
                                 {"user", "guest"},
                                 {"password", "guest"}});
  EXPECT_EQ(good.open(), CONNECTOR_OK) << good.why();
  TestSource bad(queue.name(), {{"password", "wr0ng-secret"}});
  EXPECT_EQ(bad.open(), CONNECTOR_BAD_CONFIG);
  expect_words(bad, "403");
}

TEST_F(RabbitmqOpening, A_missing_virtual_host_is_for_the_user) {
  Queue queue;
  TestSource source(queue.name(),
                    {{"url", url_of(broker_port(), "guest:guest", "/no-such-vhost")}});
  EXPECT_EQ(source.open(), CONNECTOR_BAD_CONFIG);
  expect_words(source, "virtual host");
}

TEST_F(RabbitmqOpening, A_missing_queue_is_for_the_user) {
  TestSource source("no-such-queue-" + unique_name());
  EXPECT_EQ(source.check(), CONNECTOR_BAD_CONFIG);
  EXPECT_EQ(source.open(), CONNECTOR_BAD_CONFIG);
  expect_words(source, "declare: active");
}

TEST_F(RabbitmqOpening, A_check_of_a_queue_of_either_type_leaves_its_messages_as_they_are) {
  for (const QueueKind kind : {QueueKind::classic, QueueKind::quorum}) {
    Broker broker;
    const std::string queue = unique_name();
    broker.declare(queue, true, kind);
    broker.publish(queue, "one");
    TestSource source(queue);
    EXPECT_EQ(source.check(), CONNECTOR_OK) << source.why();
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    const Lease taken = source.take();
    EXPECT_EQ(taken.values(), std::vector<std::string>{"one"});
    EXPECT_EQ(taken[0].flags & CONNECTOR_REDELIVERED, 0u) << "the check took it before";
  }
}

TEST_F(RabbitmqOpening, Without_looking_a_missing_queue_shows_in_the_first_poll) {
  TestSource source("no-such-queue-" + unique_name(), {{"declare", "none"}});
  EXPECT_EQ(source.check(), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.polls_until_it_fails(10), CONNECTOR_BAD_CONFIG);
  expect_words(source, "404");
}

TEST_F(RabbitmqOpening, Active_declares_the_queue_and_its_bindings) {
  Broker broker;
  const std::string queue = unique_name(), exchange = unique_name();
  broker.bind_exchange(exchange);
  TestSource source(queue,
                    {{"declare", "active"},
                     {"queue_type", "quorum"},
                     {"arguments", R"({"x-max-length":"1000","x-overflow":"reject-publish"})"},
                     {"bindings", "[\"" + exchange + ":orders:new\"]"}});
  EXPECT_EQ(source.check(), CONNECTOR_OK) << source.why();  // the queue is still to be made
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  broker.publish_to(exchange, "orders:new", "bound");
  EXPECT_EQ(source.take().values(), std::vector<std::string>{"bound"});
  source.close();
  EXPECT_EQ(source.open(), CONNECTOR_OK) << source.why();

  TestSource other(queue, {{"declare", "active"}, {"queue_type", "classic"}});
  EXPECT_EQ(other.open(), CONNECTOR_BAD_CONFIG);
  expect_words(other, "queue_type and arguments");
  source.close();
  broker.remove(queue);
  broker.remove_exchange(exchange);
}

TEST_F(RabbitmqOpening, A_binding_to_a_missing_exchange_is_for_the_user) {
  const std::string queue = unique_name();
  TestSource source(queue, {{"declare", "active"}, {"bindings", R"(["no-such-exchange:key"])"}});
  EXPECT_EQ(source.open(), CONNECTOR_BAD_CONFIG);
  expect_words(source, "no-such-exchange");
  Broker().remove(queue);
}

TEST_F(RabbitmqOpening, Options_that_do_not_go_together_are_refused_at_once) {
  EXPECT_THROW(TestSource("q", {{"queue_type", "quorum"}}), std::runtime_error);
  EXPECT_THROW(TestSource("q", {{"declare", "active"}, {"bindings", R"(["no colon"])"}}),
               std::runtime_error);
  EXPECT_THROW(TestSource("q", {{"cert_file", "/x"}}), std::runtime_error);
  EXPECT_THROW(TestSource("q", {{"url", "amqp://"}}), std::runtime_error);
  EXPECT_THROW(TestSource(""), std::runtime_error);
  EXPECT_THROW(TestSource(std::string(256, 'q')), std::runtime_error);
}

TEST_F(RabbitmqOpening, An_unreachable_broker_is_told_quickly_and_by_name) {
  std::uint16_t closed_port = 0;
  {
    closed_port = TcpProxy(0).port();
  }
  TestSource source("q", {}, closed_port);
  const auto start = Clock::now();
  EXPECT_EQ(source.open(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
  expect_words(source, "127.0.0.1:" + std::to_string(closed_port));
  expect_words(source, "refused");
}

TEST_F(RabbitmqOpening, A_host_that_does_not_exist_is_not_connected) {
  TestSource source("q", {{"url", "amqp://no-such-host.invalid/"}});
  EXPECT_EQ(source.open(), CONNECTOR_NOT_CONNECTED);
  expect_words(source, "no-such-host.invalid");
}

TEST_F(RabbitmqOpening, A_broker_that_never_answers_costs_the_connect_timeout) {
  TcpProxy silent(0);
  TestSource source("q", {{"connect_timeout", "300ms"}}, silent.port());
  const auto start = Clock::now();
  EXPECT_EQ(source.open(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(3));
  EXPECT_EQ(source.check(), CONNECTOR_NOT_CONNECTED);
}

TEST_F(RabbitmqOpening, The_call_s_own_time_limit_holds_above_the_connect_timeout) {
  TcpProxy silent(0);
  TestSource source("q", {{"connect_timeout", "60s"}}, silent.port());
  const auto start = Clock::now();
  EXPECT_EQ(source.open(300), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(3));
}

TEST_F(RabbitmqOpening, Cancel_ends_an_open_that_waits_for_the_broker) {
  TcpProxy silent(0);
  TestSource source("q", {{"connect_timeout", "60s"}}, silent.port());
  const auto start = Clock::now();
  auto opened = std::async(std::launch::async, [&] { return source.open(60'000); });
  ASSERT_TRUE(eventually([&] { return silent.connections() == 1; }));
  source.cancel();
  EXPECT_EQ(opened.get(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(10));
}

TEST_F(RabbitmqOpening, Cancel_ends_an_open_that_waits_for_a_name) {
  for (const char* const scheme : {"amqp", "amqps"}) {
    connector_tests::FakeLookup lookup("endless.test", {});
    TestSource source("q", {{"url", std::string(scheme) + "://guest:guest@endless.test/"},
                            {"connect_timeout", "60s"}});
    const auto start = Clock::now();
    auto opened = std::async(std::launch::async, [&] { return source.open(60'000); });
    lookup.wait_until_asked();
    source.cancel();
    EXPECT_EQ(opened.get(), CONNECTOR_NOT_CONNECTED) << scheme;
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(10)) << scheme;
  }
}

TEST_F(RabbitmqOpening, Cancel_ends_an_open_that_waits_for_a_tls_handshake) {
  TcpProxy silent(0);
  TestSource source("q", {{"url", "amqps://guest:guest@127.0.0.1:" + std::to_string(silent.port())},
                          {"connect_timeout", "60s"}});
  const auto start = Clock::now();
  auto opened = std::async(std::launch::async, [&] { return source.open(60'000); });
  ASSERT_TRUE(eventually([&] { return silent.connections() == 1; }));
  source.cancel();
  EXPECT_EQ(opened.get(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(10));
}

// What an open waits for after the login, with a queue that is declared and bound.
struct SilentAt {
  const char* name;
  amqp_method_number_t method;
};
std::ostream& operator<<(std::ostream& out, const SilentAt& at) {
  return out << at.name;
}
class RabbitmqSilentBroker : public testing::TestWithParam<SilentAt> {
 protected:
  static Settings settings(const char* connect_timeout) {
    return {{"declare", "active"},
            {"bindings", R"(["one:a","two:b","three:c"])"},
            {"connect_timeout", connect_timeout}};
  }
};
INSTANTIATE_TEST_SUITE_P(Methods, RabbitmqSilentBroker,
                         testing::Values(SilentAt{"channel_open", AMQP_CHANNEL_OPEN_METHOD},
                                         SilentAt{"queue_declare", AMQP_QUEUE_DECLARE_METHOD},
                                         SilentAt{"queue_bind", AMQP_QUEUE_BIND_METHOD}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_P(RabbitmqSilentBroker, Cancel_ends_the_open) {
  FakeBroker broker(GetParam().method);
  TestSource source("q", settings("60s"), broker.port());
  const auto start = Clock::now();
  auto opened = std::async(std::launch::async, [&] { return source.open(60'000); });
  ASSERT_TRUE(eventually([&] { return broker.silences() == 1; }));
  source.cancel();
  EXPECT_EQ(opened.get(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(10));
  expect_words(source, "cancelled");
}

TEST_P(RabbitmqSilentBroker, The_call_s_own_time_limit_holds) {
  FakeBroker broker(GetParam().method);
  TestSource source("q", settings("60s"), broker.port());
  const auto start = Clock::now();
  EXPECT_EQ(source.open(500), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(broker.silences(), 1);
}

TEST(RabbitmqFakeOpening, The_time_limit_of_a_check_holds_while_the_queue_is_looked_at) {
  FakeBroker broker(AMQP_QUEUE_DECLARE_METHOD);
  TestSource source("q", {{"connect_timeout", "60s"}}, broker.port());
  const auto start = Clock::now();
  EXPECT_EQ(source.check(500), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(broker.silences(), 1);
}

// Each answer comes late, and none too late: together they take longer than the call may.
TEST(RabbitmqFakeOpening,
     Answers_that_come_late_one_after_the_other_do_not_add_up_beyond_the_time_limit) {
  FakeBroker broker(FakeBroker::answers_all, 1, std::chrono::milliseconds(400));
  TestSource source(
      "q",
      {{"declare", "active"},
       {"bindings", R"(["1:a","2:b","3:c","4:d","5:e","6:f","7:g","8:h","9:i","10:j"])"}},
      broker.port());
  const auto start = Clock::now();
  EXPECT_EQ(source.open(2500), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::milliseconds(3500));
}

TEST_F(RabbitmqOpening, An_open_after_a_cancel_works) {
  Queue queue;
  queue.publish("x");
  TestSource source(queue.name());
  source.cancel();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  source.cancel();  // concerns opening only
  EXPECT_EQ(source.take().size(), 1u);
}

TEST_F(RabbitmqOpening, Several_brokers_are_tried_in_turn) {
  Queue queue;
  std::uint16_t closed_port = 0;
  {
    closed_port = TcpProxy(0).port();
  }
  TestSource source(queue.name(), {{"url", url_of(closed_port) + "," + url_of(broker_port())}});
  EXPECT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.check(), CONNECTOR_OK) << source.why();
}

TEST_F(RabbitmqOpening, After_a_failure_the_next_broker_comes_first) {
  Queue queue;
  TcpProxy one(broker_port()), two(broker_port());
  TestSource source(queue.name(), {{"url", url_of(one.port()) + "," + url_of(two.port())}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  EXPECT_EQ(one.connections(), 1u);
  one.cut();
  EXPECT_EQ(source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED);
  source.close();
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  EXPECT_EQ(two.connections(), 1u);
  EXPECT_EQ(one.connections(), 0u);
}

// The open's time limit ends at the silent one; the good one must get its turn in the next open.
TEST(RabbitmqFakeOpening, After_a_failed_open_the_next_broker_comes_first) {
  TcpProxy silent(0);
  FakeBroker good(FakeBroker::answers_all, 1, std::chrono::milliseconds(100));
  TestSource source("q", {{"url", url_of(silent.port()) + "," + url_of(good.port())},
                          {"connect_timeout", "300ms"}});
  EXPECT_EQ(source.open(300), CONNECTOR_NOT_CONNECTED);
  source.close();
  EXPECT_EQ(source.open(10'000), CONNECTOR_OK) << source.why();
  EXPECT_EQ(silent.connections(), 1u) << "the silent one was tried again";
}

TEST_F(RabbitmqOpening, Check_leaves_no_connection_and_takes_no_message) {
  Queue queue;
  queue.publish("untouched");
  TcpProxy proxy(broker_port());
  TestSource source(queue.name(), {}, proxy.port());
  ASSERT_EQ(source.check(), CONNECTOR_OK) << source.why();
  EXPECT_TRUE(eventually([&] { return proxy.connections() == 0; }));
  EXPECT_TRUE(queue.comes_to_hold(1));
}

TEST_F(RabbitmqOpening, Checks_run_beside_each_other_and_beside_polls) {
  Queue queue;
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::vector<std::future<connector_code>> checks;
  TestSource* each = &source;
  for (int i = 0; i < 4; ++i) {
    checks.push_back(std::async(std::launch::async, [each] { return each->check(); }));
  }
  Lease lease;
  EXPECT_EQ(source.poll(lease, 10, 100), CONNECTOR_OK);
  for (auto& check : checks) EXPECT_EQ(check.get(), CONNECTOR_OK);
}

}  // namespace
