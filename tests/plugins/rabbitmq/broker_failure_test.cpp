// What the broker or the network does to an open connection.
#include "broker.hpp"
#include "tcp_proxy.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqBrokerFailure = RabbitmqTest;
using Clock = std::chrono::steady_clock;

// basic.deliver with this tag, without header and body.
std::string delivery_frame(char tag) {
  return method_frame(
      1, 60, 60,
      short_string("c") + std::string(7, '\0') + tag + '\0' + short_string("") + short_string("q"));
}

// An open source whose connection runs through a proxy and is silent.
struct Proxied {
  explicit Proxied(Settings settings = {})
      : proxy(broker_port()), source(queue.name(), std::move(settings), proxy.port()) {
    EXPECT_EQ(source.open(), CONNECTOR_OK) << source.why();
    Lease lease;
    EXPECT_EQ(source.poll(lease, 10, 200), CONNECTOR_OK) << source.why();  // consumes from here on
  }
  Queue queue;
  TcpProxy proxy;
  TestSource source;
};

TEST_F(RabbitmqBrokerFailure, Heartbeats_keep_the_connection_while_the_host_takes_nothing) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name(), {{"heartbeat", "1s"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  EXPECT_EQ(source.take(1).size(), 1u);
  for (const auto start = Clock::now(); Clock::now() - start < std::chrono::seconds(5);) {
    Lease none;
    ASSERT_EQ(source.poll(none, 0, 5000), CONNECTOR_OK) << source.why();
    ASSERT_EQ(none.size(), 0u);
  }
  std::uint64_t count = 1;
  while (count < 10) count += source.take().size();
  EXPECT_EQ(source.metric(Metrics::connects), 1);
}

// More than the source sets aside: it stops reading, and the connection has to live all the same.
TEST_F(RabbitmqBrokerFailure, Heartbeats_keep_the_connection_while_more_waits_than_is_set_aside) {
  Queue queue;
  for (int i = 0; i < 200; ++i) queue.publish(std::string(100'000, char('a' + i % 26)));
  ASSERT_TRUE(queue.comes_to_hold(200));
  TestSource source(queue.name(), {{"heartbeat", "1s"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease first = source.take(1);
  ASSERT_EQ(first.size(), 1u);
  for (const auto start = Clock::now(); Clock::now() - start < std::chrono::seconds(5);) {
    Lease none;
    ASSERT_EQ(source.poll(none, 0, 5000), CONNECTOR_OK) << source.why();
  }
  std::uint64_t count = 1;
  while (count < 200) {
    const Lease lease = source.take(1000);
    ASSERT_GT(lease.size(), 0u) << source.why();
    for (std::uint64_t i = 0; i < lease.size(); ++i)
      EXPECT_EQ(lease[i].value.data[50'000], char('a' + (count + i) % 26));
    count += lease.size();
  }
  EXPECT_EQ(source.metric(Metrics::connects), 1);
}

TEST_F(RabbitmqBrokerFailure, A_connection_that_went_silent_is_found_by_its_heartbeat) {
  Proxied proxied(Settings{{"heartbeat", "1s"}});
  proxied.proxy.freeze();
  const auto start = Clock::now();
  EXPECT_EQ(proxied.source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(6));
}

TEST_F(RabbitmqBrokerFailure, Close_does_not_wait_for_a_silent_broker) {
  Proxied proxied;
  proxied.proxy.freeze();
  const auto start = Clock::now();
  proxied.source.close();
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(3));
}

TEST_F(RabbitmqBrokerFailure, Pause_does_not_wait_for_a_silent_broker_beyond_its_time_limit) {
  Proxied proxied;
  proxied.proxy.freeze();
  const auto start = Clock::now();
  EXPECT_EQ(proxied.source.pause(), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(8));
}

TEST_F(RabbitmqBrokerFailure,
       Backlog_of_a_silent_broker_is_unknown_and_the_late_answer_harms_nothing) {
  Proxied proxied;
  proxied.proxy.freeze();
  std::uint64_t count = 0;
  EXPECT_EQ(proxied.source.backlog(count), CONNECTOR_RETRIABLE);
}

TEST_F(RabbitmqBrokerFailure, A_cut_connection_ends_a_poll_at_once_without_a_signal) {
  Proxied proxied;
  proxied.proxy.cut();
  EXPECT_EQ(proxied.source.polls_until_it_fails(10), CONNECTOR_NOT_CONNECTED);
  EXPECT_EQ(proxied.source.nack({}), CONNECTOR_OK);
  EXPECT_EQ(proxied.source.pause(), CONNECTOR_NOT_CONNECTED);
}

// The heartbeat is long: it must not be what finds out.
TEST_F(RabbitmqBrokerFailure, A_cut_connection_is_found_while_reading_is_suspended) {
  Proxied proxied(Settings{{"heartbeat", "120s"}});
  for (int i = 0; i < 100; ++i) proxied.queue.publish(std::string(100'000, 'x'));
  std::uint64_t count = 0;
  ASSERT_TRUE(eventually([&] {
    Lease none;
    EXPECT_EQ(proxied.source.poll(none, 0, 50), CONNECTOR_OK) << proxied.source.why();
    return proxied.source.backlog(count) == CONNECTOR_RETRIABLE;
  })) << "it never stopped reading";
  proxied.proxy.cut();
  EXPECT_EQ(proxied.source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED);
  proxied.source.close();
  ASSERT_EQ(proxied.source.open(), CONNECTOR_OK) << proxied.source.why();
  EXPECT_GT(proxied.source.take().size(), 0u);
}

TEST_F(RabbitmqBrokerFailure, Sending_into_a_cut_connection_is_an_answer_and_not_a_signal) {
  Proxied proxied;
  for (int i = 0; i < 20; ++i) proxied.queue.publish("x");
  std::vector<std::uint64_t> positions;
  while (positions.size() < 20) {
    const Lease lease = proxied.source.take();
    ASSERT_GT(lease.size(), 0u);
    for (const std::uint64_t each : lease.positions()) positions.push_back(each);
  }
  proxied.proxy.cut();
  std::size_t next = 0;
  EXPECT_TRUE(eventually([&] {
    return next < positions.size() &&
           proxied.source.ack({positions[next++]}) == CONNECTOR_NOT_CONNECTED;
  }));
  proxied.source.close();
  ASSERT_EQ(proxied.source.open(), CONNECTOR_OK) << proxied.source.why();
}

TEST_F(RabbitmqBrokerFailure, Recovers_when_a_deleted_queue_is_declared_again) {
  Proxied proxied;
  proxied.queue.broker().remove(proxied.queue.name());
  EXPECT_EQ(proxied.source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED)
      << "the broker's cancel was not understood";
  EXPECT_NE(proxied.source.why().find("404 NOT_FOUND"), std::string::npos) << proxied.source.why();
  EXPECT_EQ(proxied.source.metric(Metrics::consumer_cancels), 1);
  proxied.source.close();
  EXPECT_EQ(proxied.source.open(), CONNECTOR_NOT_CONNECTED)
      << "a queue that was there before may be declared again";
  EXPECT_EQ(proxied.source.check(), CONNECTOR_NOT_CONNECTED);
  proxied.queue.broker().declare(proxied.queue.name());
  proxied.queue.publish("back");
  ASSERT_EQ(proxied.source.open(), CONNECTOR_OK) << proxied.source.why();
  EXPECT_EQ(proxied.source.take().values(), std::vector<std::string>{"back"});
}

TEST_F(RabbitmqBrokerFailure, A_blocked_connection_is_shown_and_goes_on) {
  Proxied proxied;
  proxied.proxy.inject(method_frame(0, 10, 60, short_string("low on memory")));
  EXPECT_TRUE(eventually([&] {
    Lease lease;
    EXPECT_EQ(proxied.source.poll(lease, 0, 50), CONNECTOR_OK);
    return proxied.source.metric(Metrics::blocked) == 1;
  }));
  EXPECT_TRUE(proxied.source.has_logged("low on memory"));
  proxied.queue.publish("still");
  EXPECT_EQ(proxied.source.take().size(), 1u);
  proxied.proxy.inject(method_frame(0, 10, 61, ""));
  EXPECT_TRUE(eventually([&] {
    Lease lease;
    EXPECT_EQ(proxied.source.poll(lease, 0, 50), CONNECTOR_OK);
    return proxied.source.metric(Metrics::blocked) == 0;
  }));
}

TEST_F(RabbitmqBrokerFailure, A_closed_channel_is_told_in_the_broker_s_words) {
  Proxied proxied;
  const std::string text = "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out";
  proxied.proxy.inject(method_frame(
      1, 20, 40, big_endian_16(406) + short_string(text) + big_endian_16(0) + big_endian_16(0)));
  EXPECT_EQ(proxied.source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED);
  EXPECT_NE(proxied.source.why().find(text), std::string::npos) << proxied.source.why();
}

TEST_F(RabbitmqBrokerFailure, A_closed_connection_is_told_in_the_broker_s_words) {
  Proxied proxied;
  const std::string text =
      "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'";
  proxied.proxy.inject(method_frame(
      0, 10, 50, big_endian_16(320) + short_string(text) + big_endian_16(0) + big_endian_16(0)));
  EXPECT_EQ(proxied.source.polls_until_it_fails(10), CONNECTOR_NOT_CONNECTED);
  EXPECT_NE(proxied.source.why().find(text), std::string::npos) << proxied.source.why();
}

TEST_F(RabbitmqBrokerFailure, A_withdrawn_permission_is_for_the_user) {
  Proxied proxied;
  const std::string text =
      "ACCESS_REFUSED - read access to queue 'q' in vhost '/' refused for user 'guest'";
  proxied.proxy.inject(method_frame(
      1, 20, 40, big_endian_16(403) + short_string(text) + big_endian_16(60) + big_endian_16(20)));
  EXPECT_EQ(proxied.source.polls_until_it_fails(), CONNECTOR_BAD_CONFIG);
}

TEST_F(RabbitmqBrokerFailure, What_is_not_amqp_ends_the_connection) {
  for (const std::string& bytes :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), method_frame(1, 60, 99, "?"),
        method_frame(1, 60, 111, ""), delivery_frame(2),
        '\x03' + big_endian_16(1) + std::string("\0\0\0\x01x\xCE", 6)}) {
    Proxied proxied;
    proxied.proxy.inject(bytes);
    EXPECT_EQ(proxied.source.polls_until_it_fails(10), CONNECTOR_NOT_CONNECTED);
    proxied.source.close();
    EXPECT_EQ(proxied.source.open(), CONNECTOR_OK) << proxied.source.why();
  }
}

}  // namespace
