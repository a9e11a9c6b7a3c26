// What poll hands out.
#include <future>

#include "broker.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqConsuming = RabbitmqTest;
using Clock = std::chrono::steady_clock;

TEST_F(RabbitmqConsuming, Messages_are_handed_out_in_their_order) {
  Queue queue;
  queue.publish_numbers(1, 5);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  std::vector<std::string> values;
  while (values.size() < 5) {
    const Lease lease = source.take();
    for (const std::string& each : lease.values()) values.push_back(each);
    ASSERT_GT(lease.size(), 0u);
  }
  EXPECT_EQ(values, (std::vector<std::string>{"1", "2", "3", "4", "5"}));
}

TEST_F(RabbitmqConsuming, An_empty_body_is_an_empty_value_and_not_null) {
  Queue queue;
  queue.publish("");
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease lease = source.take();
  ASSERT_EQ(lease.size(), 1u);
  EXPECT_FALSE(connector::is_null(lease[0].value));
  EXPECT_EQ(lease[0].value.size, 0u);
  EXPECT_TRUE(connector::is_null(lease[0].id));
  EXPECT_TRUE(connector::is_null(lease[0].key));
  EXPECT_TRUE(connector::is_null(lease[0].destination));
}

std::string body_of(std::size_t size, char seed) {
  std::string body(size, ' ');
  for (std::size_t i = 0; i < size; ++i) body[i] = char(seed + i * 31 % 251);
  return body;
}

TEST_F(RabbitmqConsuming, Bodies_of_several_frames_arrive_whole_and_in_order_among_small_ones) {
  Queue queue;
  std::vector<std::string> bodies;
  for (const std::size_t size :
       {std::size_t(10), std::size_t(1) << 20, std::size_t(0), std::size_t(131064),
        std::size_t(131065), std::size_t(3), std::size_t(400'000), std::size_t(262'128)}) {
    bodies.push_back(body_of(size, char('a' + bodies.size())));
    queue.publish(bodies.back());
  }
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::vector<Lease> leases;  // held, so that a batch that were reused too early would show
  std::vector<std::string> values;
  while (values.size() < bodies.size()) {
    leases.push_back(source.take());
    ASSERT_GT(leases.back().size(), 0u);
    for (const std::string& each : leases.back().values()) values.push_back(each);
  }
  EXPECT_TRUE(values == bodies);
  std::vector<std::string> again;
  for (const Lease& lease : leases) {
    for (const std::string& each : lease.values()) again.push_back(each);
  }
  EXPECT_TRUE(again == bodies);
}

TEST_F(RabbitmqConsuming, A_large_body_is_put_together_over_many_short_polls) {
  Queue queue;
  const std::string body = body_of(16 << 20, 'x');
  queue.publish(body);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  Lease lease;
  ASSERT_TRUE(eventually([&] {
    Lease none;
    EXPECT_EQ(source.poll(none, 0, 0), CONNECTOR_OK)
        << source.why();  // frames that are buffered in between keep their order
    EXPECT_EQ(source.poll(lease, 10, 0), CONNECTOR_OK) << source.why();
    return lease.size() > 0;
  }));
  EXPECT_TRUE(lease.values().front() == body);
}

TEST_F(RabbitmqConsuming, Poll_gives_no_more_records_than_it_is_asked_for_and_keeps_the_rest) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::vector<std::string> values;
  while (values.size() < 10) {
    const Lease lease = source.take(3);
    ASSERT_LE(lease.size(), 3u);
    ASSERT_GT(lease.size(), 0u);
    for (const std::string& each : lease.values()) values.push_back(each);
  }
  EXPECT_EQ(values.front(), "1");
  EXPECT_EQ(values.back(), "10");
}

TEST_F(RabbitmqConsuming, The_byte_limit_is_passed_by_one_record_at_most) {
  Queue queue;
  for (int i = 0; i < 6; ++i) queue.publish(std::string(1000, 'x'));
  ASSERT_TRUE(queue.comes_to_hold(6));
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::uint64_t count = 0;
  while (count < 6) {
    Lease lease;
    ASSERT_EQ(source.poll(lease, 1000, 15'000, 1500), CONNECTOR_OK);
    ASSERT_GT(lease.size(), 0u);
    ASSERT_LE(lease.size(), 2u);
    count += lease.size();
  }
}

TEST_F(RabbitmqConsuming, The_prefetch_bounds_what_is_unacknowledged) {
  Queue queue;
  queue.publish_numbers(1, 20);
  TestSource source(queue.name(), {{"prefetch", "5"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::vector<Lease> leases;
  std::uint64_t count = 0;
  while (count < 5) count += leases.emplace_back(source.take()).size();
  EXPECT_EQ(count, 5u);
  EXPECT_TRUE(queue.comes_to_hold(15));
  EXPECT_EQ(source.take(1000, 200).size(), 0u);
}

TEST_F(RabbitmqConsuming, Poll_returns_by_its_time_limit_when_nothing_comes) {
  Queue queue;
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const auto start = Clock::now();
  EXPECT_EQ(source.take(10, 100).size(), 0u);
  EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(95));
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
}

TEST_F(RabbitmqConsuming, A_message_that_arrives_ends_a_poll) {
  Queue queue;
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  auto taken = std::async(std::launch::async, [&] { return source.take(10, 15'000).size(); });
  queue.publish("now");
  EXPECT_EQ(taken.get(), 1u);
}

TEST_F(RabbitmqConsuming, Wake_ends_a_poll_of_any_kind) {
  Queue queue;
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  for (const std::uint32_t max_records : {0u, 10u}) {
    const auto start = Clock::now();
    auto polled =
        std::async(std::launch::async, [&] { return source.take(max_records, 60'000).size(); });
    source.wake();
    EXPECT_EQ(polled.get(), 0u);
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
  }
}

TEST_F(RabbitmqConsuming, Redelivered_messages_say_so_and_new_ones_do_not) {
  Queue queue;
  queue.publish("again");
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  {
    const Lease lease = source.take();
    ASSERT_EQ(lease.size(), 1u);
    EXPECT_EQ(lease[0].flags & CONNECTOR_REDELIVERED, 0u);
    EXPECT_EQ(source.nack(lease.positions()), CONNECTOR_OK);
  }
  const Lease lease = source.take();
  ASSERT_EQ(lease.size(), 1u);
  EXPECT_EQ(lease[0].flags & CONNECTOR_REDELIVERED, CONNECTOR_REDELIVERED);
}

TEST_F(RabbitmqConsuming, A_quorum_queue_s_delivery_count_is_handed_on) {
  Queue queue(QueueKind::quorum);
  queue.publish("counted");
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  for (std::uint32_t deliveries = 0; deliveries < 3; ++deliveries) {
    const Lease lease = source.take();
    ASSERT_EQ(lease.size(), 1u);
    EXPECT_EQ(lease[0].delivery_count, deliveries);
    EXPECT_EQ(source.nack(lease.positions()), CONNECTOR_OK);
  }
}

TEST_F(RabbitmqConsuming,
       A_message_over_the_size_limit_is_handed_out_as_unreadable_between_its_neighbours) {
  Queue queue;
  const std::string large = body_of(400'000, 'x');
  for (const std::string& each :
       {std::string("before"), large, std::string(5000, 'y'), std::string("behind")})
    queue.publish(each);
  TestSource source(queue.name(), {{"max_message_bytes", "4KiB"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::vector<std::string> values, reasons;
  while (values.size() < 4) {
    const Lease lease = source.take();
    ASSERT_GT(lease.size(), 0u) << source.why();
    for (std::uint64_t i = 0; i < lease.size(); ++i) {
      values.emplace_back(connector::text(lease[i].value));
      const bool unreadable = (lease[i].flags & CONNECTOR_UNREADABLE) != 0;
      reasons.emplace_back(unreadable ? connector::text(lease[i].origin->reason)
                                      : std::string_view());
      EXPECT_EQ(connector::text(lease[i].origin->route), queue.name());
    }
    ASSERT_EQ(source.ack(lease.positions()), CONNECTOR_OK) << source.why();
  }
  EXPECT_EQ(values, (std::vector<std::string>{"before", large.substr(0, 4096),
                                              std::string(4096, 'y'), "behind"}));
  EXPECT_NE(reasons[1].find("400000 bytes exceeds max_message_bytes (4096)"), std::string::npos)
      << reasons[1];
  EXPECT_NE(reasons[2], "");
  EXPECT_EQ(reasons[0] + reasons[3], "");
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(0));
}

TEST_F(RabbitmqConsuming, The_backlog_is_what_is_ready_and_asking_disturbs_no_delivery) {
  Queue queue;
  queue.publish_numbers(1, 10);
  TestSource source(queue.name(), {{"prefetch", "3"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  std::uint64_t waiting = 0;
  ASSERT_EQ(source.backlog(waiting), CONNECTOR_OK) << source.why();
  EXPECT_EQ(waiting, 10u);
  std::vector<std::string> values;
  std::vector<Lease> leases;
  while (values.size() < 3) {
    leases.push_back(source.take(1));
    ASSERT_EQ(leases.back().size(), 1u);
    values.push_back(leases.back().values().front());
    ASSERT_EQ(source.backlog(waiting), CONNECTOR_OK) << source.why();
    EXPECT_EQ(waiting, 7u);
  }
  EXPECT_EQ(values, (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(RabbitmqConsuming, Who_stands_by_has_no_backlog) {
  Queue queue(QueueKind::single_active);
  queue.publish_numbers(1, 10);
  TestSource active(queue.name(), {{"prefetch", "3"}}), standby(queue.name());
  ASSERT_EQ(active.open(), CONNECTOR_OK);
  const Lease held = active.take(1);
  ASSERT_EQ(held.size(), 1u);
  ASSERT_EQ(standby.open(), CONNECTOR_OK);
  Lease none;
  ASSERT_EQ(standby.poll(none, 10, 200), CONNECTOR_OK);
  std::uint64_t waiting = 99;
  ASSERT_EQ(standby.backlog(waiting), CONNECTOR_OK) << standby.why();
  EXPECT_EQ(waiting, 0u) << "what waits is for the other";
  ASSERT_EQ(active.backlog(waiting), CONNECTOR_OK) << active.why();
  EXPECT_EQ(waiting, 7u);
  active.close();
  EXPECT_EQ(standby.take(1).size(), 1u) << "it takes over";
}

TEST_F(RabbitmqConsuming, Offsets_tell_queue_acknowledged_and_in_flight) {
  Queue queue;
  queue.publish_numbers(1, 2);
  TestSource source(queue.name());
  EXPECT_EQ(source.offsets(), R"([{"partition":{"queue":")" + queue.name() +
                                  R"("},"offset":{"acked":0,"in_flight":0,"last_ack":null}}])");
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease one = source.take(1), other = source.take(1);
  ASSERT_EQ(source.ack(one.positions()), CONNECTOR_OK);
  const std::string json = source.offsets();
  EXPECT_NE(json.find(R"("acked":1,"in_flight":1,"last_ack":"2)"), std::string::npos) << json;
}

}  // namespace
