// Pause, resume and close: what the broker gets back.
#include "broker.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqPause = RabbitmqTest;

TEST_F(RabbitmqPause, What_was_not_handed_out_goes_back_and_acks_go_on) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease held = source.take(3);
  ASSERT_EQ(held.size(), 3u);
  ASSERT_TRUE(queue.comes_to_hold(0));
  ASSERT_EQ(source.pause(), CONNECTOR_OK) << source.why();
  EXPECT_TRUE(queue.comes_to_hold(7));
  EXPECT_EQ(source.metric(Metrics::returned), 7);
  ASSERT_EQ(source.ack(held.positions()), CONNECTOR_OK);
  EXPECT_EQ(source.take(10, 200).size(), 0u) << "a paused source took a delivery";
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(7)) << "an ack after pause was lost";
}

TEST_F(RabbitmqPause, Resume_consumes_again_over_the_same_connection) {
  Queue queue;
  queue.publish_numbers(1, 5);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease held = source.take(1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(source.pause(), CONNECTOR_OK);
    ASSERT_TRUE(queue.comes_to_hold(4));
    ASSERT_EQ(source.resume(), CONNECTOR_OK);
    EXPECT_EQ(source.take(1).size(), 1u);
    ASSERT_EQ(source.pause(), CONNECTOR_OK);
    ASSERT_EQ(source.resume(), CONNECTOR_OK);
    const Lease lease = source.take(10);
    ASSERT_GT(lease.size(), 0u);
    ASSERT_EQ(source.nack(lease.positions()), CONNECTOR_OK);
    source.close();
    ASSERT_EQ(source.open(), CONNECTOR_OK);
    ASSERT_TRUE(queue.comes_to_hold(5));
    EXPECT_EQ(source.take(1).size(), 1u);
  }
}

TEST_F(RabbitmqPause, Right_after_open_nothing_was_ever_taken) {
  Queue queue;
  queue.publish_numbers(1, 3);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  ASSERT_EQ(source.pause(), CONNECTOR_OK);
  Lease none;
  ASSERT_EQ(source.poll(none, 10, 200), CONNECTOR_OK);
  EXPECT_EQ(none.size(), 0u);
  EXPECT_TRUE(queue.comes_to_hold(3));
  ASSERT_EQ(source.resume(), CONNECTOR_OK);
  const Lease lease = source.take(1);
  ASSERT_EQ(lease.size(), 1u);
  EXPECT_EQ(lease[0].flags & CONNECTOR_REDELIVERED, 0u);
}

TEST_F(RabbitmqPause, An_unfinished_large_message_goes_back_too) {
  Queue queue;
  queue.publish("small");
  queue.publish(std::string(16 << 20, 'x'));  // the most that RabbitMQ 4 takes
  ASSERT_TRUE(queue.comes_to_hold(2));
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease small = source.take(1);
  ASSERT_EQ(small.size(), 1u);
  Lease none;
  ASSERT_EQ(source.poll(none, 10, 0),
            CONNECTOR_OK);  // begins the large one, if it is there already
  ASSERT_EQ(source.pause(), CONNECTOR_OK) << source.why();
  EXPECT_TRUE(queue.comes_to_hold(1 - std::uint32_t(none.size())));
  ASSERT_EQ(source.resume(), CONNECTOR_OK);
  if (none.size() > 0) return;
  const Lease whole = source.take(10);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0].value.size, std::size_t(16) << 20);
}

TEST_F(RabbitmqPause, Without_a_connection_it_is_remembered_only) {
  Queue queue;
  TestSource source(queue.name());
  EXPECT_EQ(source.pause(), CONNECTOR_OK);
  EXPECT_EQ(source.resume(), CONNECTOR_OK);
}

TEST_F(RabbitmqPause, Close_returns_what_nobody_settled) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease held = source.take(4);
  ASSERT_EQ(source.ack({held.positions().front()}), CONNECTOR_OK);
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(9));
  Lease lease;
  EXPECT_EQ(source.poll(lease, 1, 100), CONNECTOR_NOT_CONNECTED);
}

}  // namespace
