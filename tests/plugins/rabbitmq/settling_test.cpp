// What ack and nack do to the broker.
#include "broker.hpp"
#include "tcp_proxy.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqSettling = RabbitmqTest;

std::vector<std::uint64_t> take_positions(TestSource& source, std::size_t count) {
  std::vector<std::uint64_t> positions;
  while (positions.size() < count) {
    const Lease lease = source.take(std::uint32_t(count - positions.size()));
    if (lease.size() == 0) break;
    for (const std::uint64_t each : lease.positions()) positions.push_back(each);
  }
  EXPECT_EQ(positions.size(), count);
  return positions;
}

// The broker sends more only when it has seen acks.
TEST_F(RabbitmqSettling, One_ack_call_sends_one_frame_and_the_broker_sees_it_at_once) {
  Queue queue;
  queue.publish_numbers(1, 20);
  TestSource source(queue.name(), {{"prefetch", "10"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto positions = take_positions(source, 10);
  ASSERT_EQ(source.ack(positions), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::ack_frames), 1);
  EXPECT_TRUE(queue.comes_to_hold(0)) << "the acks were not sent in the call";
}

TEST_F(RabbitmqSettling, What_was_acknowledged_does_not_come_again) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  auto positions = take_positions(source, 10);
  std::swap(positions[0], positions[9]);
  positions.erase(positions.begin() + 4);  // the fifth stays
  ASSERT_EQ(source.ack(positions), CONNECTOR_OK);
  source.close();  // sends what is settled behind the fifth
  ASSERT_TRUE(queue.comes_to_hold(1));
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease lease = source.take();
  EXPECT_EQ(lease.values(), std::vector<std::string>{"5"});
}

TEST_F(RabbitmqSettling, Half_a_window_settled_behind_a_slow_record_is_acknowledged_at_once) {
  Queue queue;
  queue.publish_numbers(1, 8);
  TestSource source(queue.name(), {{"prefetch", "4"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto positions = take_positions(source, 4);
  ASSERT_EQ(source.ack({positions[1], positions[2], positions[3]}), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::ack_frames), 3);
  EXPECT_EQ(take_positions(source, 3).size(), 3u);
  ASSERT_EQ(source.ack({positions[0]}), CONNECTOR_OK);
}

TEST_F(RabbitmqSettling, A_few_settled_behind_a_slow_record_are_acknowledged_after_a_moment) {
  Queue queue;
  queue.publish_numbers(1, 9);
  TestSource source(queue.name(), {{"prefetch", "8"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto positions = take_positions(source, 8);
  ASSERT_EQ(source.ack({positions[3]}), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::ack_frames), 0);
  EXPECT_EQ(take_positions(source, 1).size(), 1u) << "one slow record held the window up";
  EXPECT_EQ(source.metric(Metrics::ack_frames), 1);
}

TEST_F(RabbitmqSettling, Stragglers_are_acknowledged_while_the_host_takes_nothing_too) {
  Queue queue;
  queue.publish_numbers(1, 4);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto positions = take_positions(source, 4);
  ASSERT_EQ(source.ack({positions[2]}), CONNECTOR_OK);
  Lease none;
  ASSERT_EQ(source.poll(none, 0, 400), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::ack_frames), 1);
}

TEST_F(RabbitmqSettling, An_ack_of_what_was_settled_before_is_ignored) {
  Queue queue;
  queue.publish_numbers(1, 2);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto positions = take_positions(source, 2);
  ASSERT_EQ(source.ack({positions[0]}), CONNECTOR_OK);
  ASSERT_EQ(source.ack({positions[0]}), CONNECTOR_OK);
  ASSERT_EQ(source.nack({positions[0]}), CONNECTOR_OK);
  ASSERT_EQ(source.ack({positions[1]}), CONNECTOR_OK);
  // An unknown delivery tag would have closed the channel.
  Lease lease;
  EXPECT_EQ(source.poll(lease, 10, 300), CONNECTOR_OK) << source.why();
}

TEST_F(RabbitmqSettling, A_nack_with_requeue_returns_and_one_without_refuses) {
  Queue queue;
  queue.publish_numbers(1, 3);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto positions = take_positions(source, 3);
  ASSERT_EQ(source.ack({positions[2]}), CONNECTOR_OK);  // waits behind the others
  ASSERT_EQ(source.nack({positions[0]}, false), CONNECTOR_OK);
  ASSERT_EQ(source.nack({positions[1]}, true), CONNECTOR_OK);
  const Lease again = source.take();
  EXPECT_EQ(again.values(), std::vector<std::string>{"2"});
  EXPECT_EQ(source.metric(Metrics::ack_frames), 1);
  EXPECT_EQ(source.metric(Metrics::returned), 2);
  ASSERT_EQ(source.ack(again.positions()), CONNECTOR_OK);
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(0));
}

TEST_F(RabbitmqSettling,
       A_cut_connection_gives_the_unacknowledged_back_and_old_positions_are_dropped) {
  Queue queue;
  queue.publish_numbers(1, 6);
  TcpProxy proxy(broker_port());
  TestSource source(queue.name(), {}, proxy.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto old = take_positions(source, 6);
  ASSERT_EQ(source.ack({old[0], old[1]}), CONNECTOR_OK);
  std::uint64_t waiting = 0;
  ASSERT_EQ(source.backlog(waiting), CONNECTOR_OK);  // its answer says that the acks were seen
  proxy.cut();
  EXPECT_EQ(source.polls_until_it_fails(), CONNECTOR_NOT_CONNECTED);
  EXPECT_EQ(source.ack({old[2]}), CONNECTOR_NOT_CONNECTED);
  source.close();
  EXPECT_EQ(source.ack({old[3]}), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::stale_positions), 1);
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.ack(old), CONNECTOR_OK);
  EXPECT_EQ(source.metric(Metrics::stale_positions), 7);
  EXPECT_EQ(source.metric(Metrics::connects), 2);
  std::vector<std::string> values;
  while (values.size() < 4) {
    const Lease lease = source.take();
    ASSERT_GT(lease.size(), 0u);
    for (std::uint64_t i = 0; i < lease.size(); ++i)
      EXPECT_TRUE(lease[i].flags & CONNECTOR_REDELIVERED);
    for (const std::string& each : lease.values()) values.push_back(each);
    ASSERT_EQ(source.ack(lease.positions()), CONNECTOR_OK);
  }
  EXPECT_EQ(values, (std::vector<std::string>{"3", "4", "5", "6"}));
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(0));
}

}  // namespace
