// The queue's depth and consumers in the metrics: asked between the other frames, and never at the
// price of the connection.
#include "broker.hpp"
#include "tcp_proxy.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqCensus = RabbitmqTest;
const Settings often = {{"depth_interval", "200ms"}};

// Polls, for nothing unless told otherwise, until it holds.
bool comes_to(TestSource& source, const std::function<bool()>& holds,
              std::uint32_t max_records = 0) {
  return eventually([&] {
    Lease lease;
    EXPECT_EQ(source.poll(lease, max_records, 50), CONNECTOR_OK) << source.why();
    return holds();
  });
}

// channel.close, as the answer to a queue.declare.
std::string refusal_frame(std::uint16_t code, std::string_view text) {
  return method_frame(
      1, 20, 40, big_endian_16(code) + short_string(text) + big_endian_16(50) + big_endian_16(10));
}

TEST_F(RabbitmqCensus, The_queue_is_counted_while_records_are_taken_and_the_host_takes_none) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name(), {{"depth_interval", "200ms"}, {"prefetch", "3"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease held = source.take(2);
  EXPECT_TRUE(comes_to(source, [&] { return source.metric(Metrics::queue_depth) == 7; }))
      << source.metric(Metrics::queue_depth);
  EXPECT_TRUE(comes_to(source, [&] { return source.metric(Metrics::queue_consumers) == 1; }));
  queue.publish("another");
  EXPECT_TRUE(comes_to(source, [&] { return source.metric(Metrics::queue_depth) == 8; }))
      << "it was asked once only";
  EXPECT_GT(source.metric(Metrics::queue_checked), 1.7e9);
  ASSERT_EQ(source.ack(held.positions()), CONNECTOR_OK);
  EXPECT_EQ(source.take(1).size(), 1u);
  EXPECT_EQ(source.metric(Metrics::connects), 1);
}

TEST_F(RabbitmqCensus, The_queue_is_counted_while_the_source_is_paused) {
  Queue queue;
  TestSource source(queue.name(), often);
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  ASSERT_EQ(source.pause(), CONNECTOR_OK);
  queue.publish_numbers(1, 4);
  EXPECT_TRUE(comes_to(source, [&] { return source.metric(Metrics::queue_depth) == 4; }));
  EXPECT_EQ(source.metric(Metrics::queue_consumers), 0);
}

TEST_F(RabbitmqCensus, With_an_interval_of_0_nobody_asks) {
  Queue queue;
  queue.publish_numbers(1, 4);
  TestSource source(queue.name(), {{"depth_interval", "0ms"}, {"prefetch", "1"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease held = source.take(1);
  Lease none;
  ASSERT_EQ(source.poll(none, 0, 500), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::queue_checked), 0);
}

// The broker of the test refuses nobody this question, so its refusal is put into the connection.
TEST_F(RabbitmqCensus, What_was_refused_is_not_asked_again_and_said_once) {
  Queue queue;
  TcpProxy proxy(broker_port());
  TestSource source(queue.name(), {{"depth_interval", "300ms"}}, proxy.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  ASSERT_TRUE(comes_to(source, [&] { return source.metric(Metrics::queue_checked) > 0; }));
  proxy.freeze();  // the next question gets no answer but ours
  Lease none;
  ASSERT_EQ(source.poll(none, 0, 1000), CONNECTOR_OK);
  proxy.inject(refusal_frame(403, "ACCESS_REFUSED - not yours"));
  EXPECT_EQ(source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED)
      << "a question for the metrics is no fault of the configuration";
  EXPECT_TRUE(source.has_logged("it is not asked again")) << source.why();

  source.close();
  proxy.thaw();
  const double checked = source.metric(Metrics::queue_checked);
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.poll(none, 0, 1000), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.metric(Metrics::queue_checked), checked);
  std::uint64_t waiting = 0;
  EXPECT_EQ(source.backlog(waiting), CONNECTOR_RETRIABLE) << "nor is the same asked as the backlog";
  EXPECT_EQ(source.poll(none, 0, 1000), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.metric(Metrics::connects), 2);
}

TEST_F(
    RabbitmqCensus,
    A_queue_that_went_missing_while_paused_costs_one_connection_and_is_asked_about_when_it_is_back) {
  Broker broker;
  const std::string name = unique_name();
  broker.declare(name);
  TestSource source(name, {{"depth_interval", "200ms"}, {"declare", "none"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  ASSERT_TRUE(comes_to(source, [&] { return source.metric(Metrics::queue_checked) > 0; }, 10));
  ASSERT_EQ(source.pause(), CONNECTOR_OK);
  broker.remove(name);
  EXPECT_EQ(source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED) << source.why();
  source.close();
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  ASSERT_EQ(source.pause(), CONNECTOR_OK);
  Lease none;
  EXPECT_EQ(source.poll(none, 0, 1000), CONNECTOR_OK) << "it asked again: " << source.why();
  const double checked = source.metric(Metrics::queue_checked);
  broker.declare(name);
  ASSERT_EQ(source.resume(), CONNECTOR_OK);
  EXPECT_TRUE(
      comes_to(source, [&] { return source.metric(Metrics::queue_checked) > checked; }, 10));
  source.close();
  broker.remove(name);
}

}  // namespace
