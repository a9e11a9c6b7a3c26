// The broker cancels the consumer: a deleted queue, a lost leader, or a delivery that was not
// acknowledged in time.
#include "broker.hpp"
#include "fake_broker.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqConsumerCancel = RabbitmqTest;
using Clock = std::chrono::steady_clock;

// Polls for nothing until it holds.
bool holds_soon(TestSource& source, const std::function<bool()>& holds) {
  return eventually([&] {
    Lease none;
    EXPECT_EQ(source.poll(none, 0, 10), CONNECTOR_OK) << source.why();
    EXPECT_EQ(none.size(), 0u);
    return holds();
  });
}

TEST(RabbitmqFakeConsumerCancel, Keeps_the_connection_and_the_unsettled_deliveries) {
  FakeBroker broker;
  TestSource source("q", {{"prefetch", "10"}, {"depth_interval", "0ms"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease held = source.take(3);
  ASSERT_EQ(held.size(), 3u);
  ASSERT_TRUE(eventually([&] { return broker.unsettled() == 10; }));
  const auto start = Clock::now();
  broker.cancel_consumers();
  ASSERT_TRUE(holds_soon(source, [&] { return broker.unsettled() == 3; }))
      << "what was not handed out is returned";
  EXPECT_EQ(source.metric(Metrics::returned), 7);
  EXPECT_EQ(source.metric(Metrics::consumer_cancels), 1);
  EXPECT_TRUE(source.has_logged("consumer cancelled by the broker"));
  EXPECT_EQ(broker.frames({"cancel"}), std::vector<std::string>{"cancel test/0#1"})
      << "the broker would deliver to it again";
  ASSERT_EQ(source.ack(held.positions()), CONNECTOR_OK) << source.why();
  ASSERT_TRUE(eventually([&] { return broker.unsettled() == 0; }))
      << "an ack of a delivery before the cancel was not accepted";
  EXPECT_EQ(broker.frames({"consume"}).size(), 1u);
  const Lease next = source.take(1);
  ASSERT_EQ(next.size(), 1u) << source.why();
  EXPECT_GE(Clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(next[0].value.data[0], FakeBroker::byte_of(11));
  EXPECT_EQ(broker.frames({"consume"}),
            (std::vector<std::string>{"consume test/0#1", "consume test/0#2"}));
  EXPECT_EQ(broker.connections(), 1);
  EXPECT_EQ(source.metric(Metrics::connects), 1);
  EXPECT_LE(broker.take_most_unsettled(), 10u);
}

TEST(RabbitmqFakeConsumerCancel, Pause_and_close_work_during_the_wait) {
  FakeBroker broker;
  TestSource source("q", {{"prefetch", "10"}, {"depth_interval", "0ms"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease held = source.take(1);
  broker.cancel_consumers();
  ASSERT_TRUE(holds_soon(source, [&] { return broker.unsettled() == 1; }));
  ASSERT_EQ(source.pause(), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.resume(), CONNECTOR_OK);
  EXPECT_EQ(source.take(1).size(), 1u) << source.why();
  source.close();
  EXPECT_EQ(broker.connections(), 1);
}

TEST(RabbitmqFakeConsumerCancel, An_unfinished_record_is_returned_with_the_rest) {
  constexpr std::size_t body_size = 3 << 20;
  FakeBroker broker(FakeBroker::answers_all, body_size);
  broker.supply(0);
  TestSource source("q", {{"prefetch", "1"}, {"depth_interval", "0ms"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  Lease none;
  ASSERT_EQ(source.poll(none, 10, 50), CONNECTOR_OK);  // consumes
  broker.send_at_most(1 << 20);
  broker.supply(2);
  ASSERT_EQ(source.poll(none, 10, 300), CONNECTOR_OK);  // begins the record
  ASSERT_EQ(none.size(), 0u);
  broker.cancel_consumers();
  broker.send_at_most(FakeBroker::no_limit);
  ASSERT_TRUE(holds_soon(source, [&] { return source.metric(Metrics::returned) == 1; }));
  const Lease next = source.take(10);
  ASSERT_EQ(next.size(), 1u) << source.why();
  EXPECT_EQ(next.values().front(), std::string(body_size, FakeBroker::byte_of(2)));
}

TEST_F(RabbitmqConsumerCancel,
       A_queue_that_is_declared_again_is_consumed_over_the_same_connection) {
  for (const QueueKind kind : {QueueKind::classic, QueueKind::quorum}) {
    Queue queue(kind);
    queue.publish_numbers(1, 5);
    TestSource source(queue.name(), {{"depth_interval", "0ms"}});
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    const Lease held = source.take(2);
    queue.broker().remove(queue.name());
    ASSERT_TRUE(holds_soon(source, [&] { return source.metric(Metrics::consumer_cancels) == 1; }));
    queue.broker().declare(queue.name(), true, kind);
    queue.publish("again");
    ASSERT_EQ(source.ack(held.positions()), CONNECTOR_OK) << source.why();
    std::vector<std::string> values;
    ASSERT_TRUE(eventually([&] {
      const Lease lease = source.take(10, 100);
      for (const std::string& each : lease.values()) values.push_back(each);
      EXPECT_EQ(source.ack(lease.positions()), CONNECTOR_OK) << source.why();
      return !values.empty() && values.back() == "again";
    }));
    EXPECT_EQ(source.metric(Metrics::connects), 1);
    source.close();
    EXPECT_TRUE(queue.comes_to_hold(0));
  }
}

}  // namespace
