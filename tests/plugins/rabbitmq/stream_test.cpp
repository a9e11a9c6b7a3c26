// Stream queues on a real broker: where reading starts, what a restart repeats, and what becomes of
// returned records.
#include <map>
#include <memory>

#include "broker.hpp"

namespace {

using namespace rabbitmq_test;
using connector::testing::FakeHost;

class RabbitmqStream : public RabbitmqTest {
 protected:
  // The values of so many records, with their positions; all that come in 15 s when there are
  // fewer.
  struct Taken {
    std::vector<std::string> values;
    std::vector<std::uint64_t> positions;
    std::vector<std::uint32_t> deliveries;
  };
  static Taken take(TestSource& source, std::size_t count) {
    Taken out;
    while (out.values.size() < count) {
      const Lease lease = source.take(std::uint32_t(count - out.values.size()));
      if (lease.size() == 0) break;
      for (std::uint64_t i = 0; i < lease.size(); ++i) {
        out.deliveries.push_back(lease[i].delivery_count);
        EXPECT_NE(lease[i].order, 0u);
      }
      for (const std::string& each : lease.values()) out.values.push_back(each);
      for (const std::uint64_t each : lease.positions()) out.positions.push_back(each);
    }
    return out;
  }
  static std::vector<std::string> numbers(int first, int last) {
    std::vector<std::string> out;
    for (int each = first; each <= last; ++each) out.push_back(std::to_string(each));
    return out;
  }
  // 1, 2, … to last. A stream reports its number of messages only every few seconds, so nothing
  // waits for it.
  static void publish(Queue& to, int last) {
    for (const std::string& each : numbers(1, last)) to.publish(each);
  }
  static bool comes_nothing(TestSource& source) { return source.take(100, 300).size() == 0; }
  std::string offsets(std::uint64_t offset) const {
    return R"([{"partition":{"queue":")" + queue->name() + R"("},"offset":{"stream_offset":)" +
           std::to_string(offset) + "}}]";
  }
  void SetUp() override {
    RabbitmqTest::SetUp();
    if (!IsSkipped()) queue = std::make_unique<Queue>(QueueKind::stream);
  }

  std::unique_ptr<Queue> queue;
  FakeHost host;
};

TEST_F(RabbitmqStream, Is_read_from_its_first_record_and_in_order) {
  publish(*queue, 500);
  TestSource source(host, queue->name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Taken all = take(source, 500);
  EXPECT_EQ(all.values, numbers(1, 500));
  EXPECT_EQ(source.ack(all.positions), CONNECTOR_OK) << source.why();
}

TEST_F(RabbitmqStream, Continues_after_a_restart_with_what_was_published_in_between) {
  publish(*queue, 100);
  {
    TestSource source(host, queue->name());
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    const Taken some = take(source, 100);
    ASSERT_EQ(source.ack({some.positions.begin(), some.positions.begin() + 60}), CONNECTOR_OK);
    source.close();
  }
  for (int each = 101; each <= 150; ++each) queue->publish(std::to_string(each));
  TestSource source(host, queue->name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(take(source, 90).values, numbers(61, 150));
}

// The state as a process leaves it that is killed.
TEST_F(RabbitmqStream, Started_with_next_skips_nothing_after_a_crash) {
  FakeHost crashed;
  TestSource source(crashed, queue->name(), {{"stream_offset", "next"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  ASSERT_TRUE(comes_nothing(source));
  for (int each = 1; each <= 5; ++each) queue->publish(std::to_string(each));
  ASSERT_EQ(take(source, 5).values, numbers(1, 5));
  const auto state = crashed.state();
  for (const auto& [name, value] : state)
    host.raw()->state_put(host.raw()->self, connector::view(name), connector::view(value));
  TestSource again(host, queue->name(), {{"stream_offset", "next"}});
  ASSERT_EQ(again.open(), CONNECTOR_OK) << again.why();
  EXPECT_EQ(take(again, 5).values, numbers(1, 5));
}

TEST_F(RabbitmqStream, Starts_where_the_option_says) {
  publish(*queue, 10);
  for (const auto& [start, first] :
       std::map<std::string, int>{{"first", 1}, {"7", 8}, {"2001-01-01T00:00:00Z", 1}}) {
    TestSource source(queue->name(), {{"stream_offset", start}});
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    EXPECT_EQ(take(source, std::size_t(11 - first)).values, numbers(first, 10)) << start;
  }
}

TEST_F(RabbitmqStream, A_returned_record_comes_again_and_no_other) {
  publish(*queue, 20);
  TestSource source(host, queue->name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Taken all = take(source, 20);
  ASSERT_EQ(all.values.size(), 20u);
  ASSERT_EQ(source.ack({all.positions[0], all.positions[6]}), CONNECTOR_OK);
  ASSERT_EQ(source.nack({all.positions[4], all.positions[9]}), CONNECTOR_OK) << source.why();
  const Taken again = take(source, 2);
  EXPECT_EQ(again.values, (std::vector<std::string>{"5", "10"}));
  EXPECT_EQ(again.deliveries, (std::vector<std::uint32_t>{1, 1}));
  EXPECT_TRUE(comes_nothing(source));
  ASSERT_EQ(source.ack(again.positions), CONNECTOR_OK);
  ASSERT_EQ(source.ack(all.positions), CONNECTOR_OK) << "positions that were answered are ignored";
  EXPECT_NE(source.offsets().find("\"stream_offset\":20"), std::string::npos) << source.offsets();
  queue->publish("21");
  EXPECT_EQ(take(source, 1).values, numbers(21, 21));
}

TEST_F(RabbitmqStream, Growth_of_the_window_repeats_and_skips_nothing) {
  publish(*queue, 3000);
  TestSource source(host, queue->name());
  ASSERT_EQ(source.set_window(1), CONNECTOR_OK);
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  std::vector<std::string> values;
  for (std::uint32_t window = 1; values.size() < 3000; window = std::min(window * 2, 256u)) {
    ASSERT_EQ(source.set_window(window), CONNECTOR_OK) << source.why();
    const Lease lease = source.take(window);
    ASSERT_GT(lease.size(), 0u) << values.size();
    for (const std::string& each : lease.values()) values.push_back(each);
    ASSERT_EQ(source.ack(lease.positions()), CONNECTOR_OK) << source.why();
  }
  EXPECT_EQ(values, numbers(1, 3000));
}

TEST_F(RabbitmqStream, A_pause_returns_what_was_not_handed_out) {
  publish(*queue, 50);
  TestSource source(host, queue->name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Taken some = take(source, 10);
  ASSERT_EQ(source.pause(), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.ack(some.positions), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.resume(), CONNECTOR_OK);
  EXPECT_EQ(take(source, 40).values, numbers(11, 50));
}

TEST_F(RabbitmqStream, Offsets_can_be_set_and_reset_while_it_is_closed) {
  publish(*queue, 10);
  TestSource source(host, queue->name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_NE(source.set_offsets(connector::view(offsets(2))), CONNECTOR_OK);
  ASSERT_EQ(source.ack(take(source, 10).positions), CONNECTOR_OK);
  source.close();
  ASSERT_EQ(source.set_offsets(connector::view(offsets(6))), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(take(source, 4).values, numbers(7, 10));
  source.close();
  ASSERT_EQ(source.set_offsets(connector::null_view()), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(take(source, 10).values, numbers(1, 10));
}

TEST_F(RabbitmqStream, Offsets_of_a_queue_that_is_no_stream_are_refused) {
  for (const QueueKind kind : {QueueKind::classic, QueueKind::quorum}) {
    Queue other(kind);
    TestSource source(other.name());
    const std::string json =
        R"([{"partition":{"queue":")" + other.name() + R"("},"offset":{"stream_offset":1}}])";
    EXPECT_EQ(source.set_offsets(connector::view(json)), CONNECTOR_BAD_CONFIG);
    EXPECT_NE(source.why().find("is no stream"), std::string::npos) << source.why();
  }
}

TEST_F(RabbitmqStream, Offset_of_another_queue_is_not_used) {
  publish(*queue, 5);
  Queue other(QueueKind::stream);
  publish(other, 5);
  {
    TestSource source(host, queue->name());
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    ASSERT_EQ(source.ack(take(source, 5).positions), CONNECTOR_OK);
  }
  TestSource source(host, other.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(take(source, 5).values, numbers(1, 5));
}

}  // namespace
