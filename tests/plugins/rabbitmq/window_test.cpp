// set_window against the fake broker: which frames are sent, with which values, and that no more is
// ever unsettled.
#include "broker.hpp"
#include "fake_broker.hpp"

namespace {

using namespace rabbitmq_test;
using Frames = std::vector<std::string>;

const Frames of_consumers = {"qos", "consume", "cancel", "nack"};

// An open source at a fake broker; the census is off, because the fake knows no queue.
struct Windowed {
  explicit Windowed(const char* prefetch, std::uint32_t window = 0)
      : source("q", {{"prefetch", prefetch}, {"depth_interval", "0ms"}}, broker.port()) {
    if (window > 0) {
      EXPECT_EQ(source.set_window(window), CONNECTOR_OK);
    }
    EXPECT_EQ(source.open(), CONNECTOR_OK) << source.why();
  }
  // Polls until so many records were handed out; their positions.
  std::vector<std::uint64_t> take(std::size_t count) {
    std::vector<std::uint64_t> out;
    while (out.size() < count) {
      const Lease lease = source.take(std::uint32_t(count - out.size()));
      if (lease.size() == 0) break;
      for (std::uint64_t i = 0; i < lease.size(); ++i)
        EXPECT_EQ(lease[i].value.data[0], FakeBroker::byte_of(++taken))
            << "a delivery was lost or repeated";
      for (const std::uint64_t each : lease.positions()) out.push_back(each);
    }
    EXPECT_EQ(out.size(), count);
    return out;
  }
  // Polls for nothing until the source has sent these frames about consumers.
  void expect_frames(const Frames& wanted) {
    eventually(
        [&] {
          Lease none;
          EXPECT_EQ(source.poll(none, 0, 10), CONNECTOR_OK) << source.why();
          return broker.frames(of_consumers) == wanted;
        },
        std::chrono::seconds(5));
    EXPECT_EQ(broker.frames(of_consumers), wanted);
  }

  FakeBroker broker;
  TestSource source;
  std::uint64_t taken = 0;
};

TEST(RabbitmqWindow, Is_the_prefetch_of_the_first_consumer_of_each_connection) {
  Windowed one("100", 3);
  one.take(3);
  one.expect_frames({"qos 3", "consume test/0#1"});
  one.source.close();
  one.taken = 0;  // the fake numbers each connection from 1
  ASSERT_EQ(one.source.open(), CONNECTOR_OK) << one.source.why();
  one.take(3);
  EXPECT_EQ(one.broker.frames({"qos"}), (Frames{"qos 3", "qos 3"}));
  EXPECT_EQ(one.broker.take_most_unsettled(), 3u);
}

TEST(RabbitmqWindow, Never_exceeds_the_option_prefetch) {
  Windowed one("5", 2000);
  one.take(5);
  one.expect_frames({"qos 5", "consume test/0#1"});
}

TEST(RabbitmqWindow, Is_the_option_prefetch_until_it_is_set) {
  Windowed one("5");
  one.take(5);
  one.expect_frames({"qos 5", "consume test/0#1"});
}

TEST(RabbitmqWindow, Raising_cancels_and_consumes_with_the_rest_of_the_window) {
  Windowed one("100", 2);
  one.take(2);
  ASSERT_EQ(one.source.set_window(6), CONNECTOR_OK) << one.source.why();
  one.take(4);
  one.expect_frames({"qos 2", "consume test/0#1", "cancel test/0#1", "qos 4", "consume test/0#2"});
  EXPECT_EQ(one.source.take(10, 100).size(), 0u) << "more than the window";
  EXPECT_EQ(one.broker.take_most_unsettled(), 6u);
}

// Single records exhaust a window of 1, and after that no larger one.
TEST(RabbitmqWindow, Raising_a_hardly_used_window_costs_at_most_two_consumers) {
  Windowed one("1000", 1);
  one.broker.supply(0);
  for (std::uint32_t window = 2; window <= 1024; window *= 2) {
    one.broker.supply(1);
    ASSERT_EQ(one.source.ack(one.take(1)), CONNECTOR_OK);
    ASSERT_EQ(one.source.set_window(window), CONNECTOR_OK);
  }
  const std::size_t few = one.broker.frames({"cancel"}).size();
  EXPECT_LE(few, 2u);
  one.broker.supply(5000);
  one.take(1000);
  EXPECT_EQ(one.broker.frames({"cancel"}).size(), few + 1) << "to the whole window in one step";
  EXPECT_EQ(one.broker.take_most_unsettled(), 1000u);
}

TEST(RabbitmqWindow, The_same_value_again_sends_nothing) {
  Windowed one("100", 2);
  one.take(2);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(one.source.set_window(2), CONNECTOR_OK);
  one.expect_frames({"qos 2", "consume test/0#1"});
}

TEST(RabbitmqWindow, Settled_records_are_acknowledged_before_the_next_consumer) {
  Windowed one("100", 4);
  const auto positions = one.take(4);
  ASSERT_EQ(one.source.ack({positions[2]}), CONNECTOR_OK);  // waits behind two others
  EXPECT_EQ(one.broker.frames({"ack"}), Frames());
  ASSERT_EQ(one.source.set_window(8), CONNECTOR_OK);
  one.take(5);  // the fifth fills the window of four again
  one.expect_frames({"qos 4", "consume test/0#1", "cancel test/0#1", "qos 4", "consume test/0#2"});
  EXPECT_EQ(one.broker.frames({"ack"}), Frames{"ack 3"});
  EXPECT_EQ(one.broker.take_most_unsettled(), 8u);
}

TEST(RabbitmqWindow, Lowering_cancels_and_returns_nothing) {
  Windowed one("100", 6);
  const auto positions = one.take(4);  // two more have arrived
  ASSERT_EQ(one.source.set_window(3), CONNECTOR_OK) << one.source.why();
  one.expect_frames({"qos 6", "consume test/0#1", "cancel test/0#1"});
  const auto rest = one.take(2);
  ASSERT_EQ(one.source.ack({positions[0], positions[1], positions[2]}), CONNECTOR_OK);
  EXPECT_EQ(one.source.take(10, 100).size(), 0u) << "three are unsettled still";
  one.broker.take_most_unsettled();
  ASSERT_EQ(one.source.ack({positions[3], rest[0]}), CONNECTOR_OK);
  one.take(2);
  one.expect_frames({"qos 6", "consume test/0#1", "cancel test/0#1", "qos 2", "consume test/0#2"});
  EXPECT_LE(one.broker.take_most_unsettled(), 3u);
  EXPECT_EQ(one.source.metric(Metrics::returned), 0);
}

TEST(RabbitmqWindow, Lowering_to_what_the_prefetch_respects_sends_nothing) {
  Windowed one("100", 3);
  const auto positions = one.take(3);
  ASSERT_EQ(one.source.set_window(6), CONNECTOR_OK);
  const Frames raised = {"qos 3", "consume test/0#1", "cancel test/0#1", "qos 3",
                         "consume test/0#2"};
  one.expect_frames(raised);
  ASSERT_EQ(one.source.ack(positions), CONNECTOR_OK);
  one.take(3);
  ASSERT_EQ(one.source.set_window(3), CONNECTOR_OK) << "three of six are usable anyway";
  ASSERT_EQ(one.source.set_window(6), CONNECTOR_OK);
  Lease none;
  ASSERT_EQ(one.source.poll(none, 0, 50), CONNECTOR_OK);
  one.expect_frames(raised);
}

TEST(RabbitmqWindow, A_window_that_is_less_than_half_usable_is_corrected_once) {
  Windowed one("100", 5);
  const auto positions = one.take(5);
  ASSERT_EQ(one.source.set_window(8), CONNECTOR_OK);
  const auto more = one.take(3);
  const Frames raised = {"qos 5", "consume test/0#1", "cancel test/0#1", "qos 3",
                         "consume test/0#2"};
  one.expect_frames(raised);
  ASSERT_EQ(one.source.ack(positions), CONNECTOR_OK);
  one.take(5);
  Frames corrected = raised;
  corrected.insert(corrected.end(), {"cancel test/0#2", "qos 5", "consume test/0#3"});
  one.expect_frames(corrected);
  ASSERT_EQ(one.source.ack(more), CONNECTOR_OK);
  EXPECT_EQ(one.source.take(10, 100).size(), 0u) << "five of eight are usable, and that is enough";
  one.expect_frames(corrected);
  EXPECT_EQ(one.broker.take_most_unsettled(), 8u);
}

TEST(RabbitmqWindow, A_nack_makes_room_as_well) {
  Windowed one("100", 2);
  const auto positions = one.take(2);
  ASSERT_EQ(one.source.set_window(1), CONNECTOR_OK);
  one.expect_frames({"qos 2", "consume test/0#1", "cancel test/0#1"});
  ASSERT_EQ(one.source.nack(positions), CONNECTOR_OK);
  one.take(1);
  EXPECT_EQ(one.broker.frames(of_consumers).back(), "consume test/0#2");
  EXPECT_EQ(one.broker.frames({"qos"}).back(), "qos 1");
}

TEST(RabbitmqWindow, Pause_during_a_raise_returns_what_was_not_handed_out) {
  Windowed one("100", 2);
  const auto positions = one.take(1);  // another one has arrived, or will
  ASSERT_TRUE(eventually([&] { return one.broker.unsettled() == 2; }));
  ASSERT_EQ(one.source.set_window(4), CONNECTOR_OK);
  ASSERT_EQ(one.source.pause(), CONNECTOR_OK) << one.source.why();
  EXPECT_TRUE(eventually([&] { return one.broker.unsettled() == 1; }))
      << "what was not handed out is returned";
  EXPECT_EQ(one.source.metric(Metrics::returned), 1);
  one.taken = 2;
  ASSERT_EQ(one.source.resume(), CONNECTOR_OK);
  one.take(3);
  EXPECT_EQ(one.broker.frames({"qos"}).back(), "qos 3")
      << "the window of now, less what is unsettled";
  ASSERT_EQ(one.source.ack(positions), CONNECTOR_OK);
  EXPECT_LE(one.broker.take_most_unsettled(), 4u);
}

// The host takes nothing while the window is raised: what arrived is buffered, and returned by a
// later poll.
TEST(RabbitmqWindow, Deliveries_that_are_set_aside_count) {
  Windowed one("100", 2);
  one.take(1);
  ASSERT_EQ(one.source.set_window(6), CONNECTOR_OK);
  one.expect_frames({"qos 2", "consume test/0#1", "cancel test/0#1", "qos 4", "consume test/0#2"});
  one.take(5);
  EXPECT_EQ(one.broker.take_most_unsettled(), 6u);
}

TEST(RabbitmqWindow, Growth_under_load_loses_and_repeats_nothing) {
  Windowed one("2000", 1);
  std::uint32_t window = 1;
  std::uint64_t records = 0;
  while (records < 100'000) {
    const Lease lease = one.source.take(500);
    ASSERT_GT(lease.size(), 0u) << one.source.why();
    for (std::uint64_t i = 0; i < lease.size(); ++i)
      ASSERT_EQ(lease[i].value.data[0], FakeBroker::byte_of(++records));
    ASSERT_LE(one.broker.take_most_unsettled(), window);
    ASSERT_EQ(one.source.ack(lease.positions()), CONNECTOR_OK);
    window = std::min(window * 2, 2000u);
    ASSERT_EQ(one.source.set_window(window), CONNECTOR_OK);
  }
  EXPECT_LE(one.broker.frames({"cancel"}).size(), 12u) << "one for each raise, and one correction";
  EXPECT_GE(std::stoi(one.broker.frames({"qos"}).back().substr(4)), 1000)
      << "half of the window is usable at least";
}

}  // namespace
