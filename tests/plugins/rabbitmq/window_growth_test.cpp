// set_window against a real broker: growth under load, on queues of each kind.
#include <atomic>
#include <future>
#include <ostream>

#include "broker.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqSingleActive = RabbitmqTest;

struct GrowthQueue {
  const char* name;
  QueueKind kind;
};
std::ostream& operator<<(std::ostream& out, const GrowthQueue& queue) {
  return out << queue.name;
}

class RabbitmqWindowGrowth : public testing::TestWithParam<GrowthQueue> {
 protected:
  void SetUp() override {
    if (broker_port() == 0) GTEST_SKIP() << "CONNECTOR_TEST_RABBITMQ is not set";
  }
};
INSTANTIATE_TEST_SUITE_P(Queues, RabbitmqWindowGrowth,
                         testing::Values(GrowthQueue{"classic", QueueKind::classic},
                                         GrowthQueue{"quorum", QueueKind::quorum}),
                         [](const auto& each) { return std::string(each.param.name); });

// Compares what the broker counts with the window, from a connection of its own, until it is
// stopped.
class UnsettledWatch {
 public:
  UnsettledWatch(const std::string& queue, std::uint64_t messages)
      : queue_(queue),
        messages_(messages),
        thread_(std::async(std::launch::async, [this] { run(); })) {}
  ~UnsettledWatch() { ended_ = true; }

  // To be told before the source is.
  void set_window(std::uint32_t deliveries) { window_ = deliveries; }
  void settle(std::uint64_t deliveries) { settled_ += deliveries; }
  std::int64_t looks() const { return looks_; }

 private:
  // What is settled is read last: the broker may know of less, and then more is unsettled than this
  // says.
  void run() {
    Broker broker;
    while (!ended_) {
      const std::uint64_t ready = broker.ready(queue_);
      const std::uint64_t settled = settled_, window = window_;
      EXPECT_LE(std::int64_t(messages_) - std::int64_t(ready) - std::int64_t(settled),
                std::int64_t(window))
          << "unsettled at the broker";
      ++looks_;
    }
  }

  const std::string queue_;
  const std::uint64_t messages_;
  std::atomic<std::uint64_t> window_ = 1, settled_ = 0;
  std::atomic<std::int64_t> looks_ = 0;
  std::atomic<bool> ended_ = false;
  std::future<void> thread_;
};

TEST_P(RabbitmqWindowGrowth, Loses_and_repeats_nothing_and_never_exceeds_the_window) {
  constexpr int messages = 20'000;
  Queue queue(GetParam().kind);
  queue.publish_numbers(1, messages);
  TestSource source(queue.name(), {{"prefetch", "2000"}, {"depth_interval", "0ms"}});
  ASSERT_EQ(source.set_window(1), CONNECTOR_OK);
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  UnsettledWatch watch(queue.name(), messages);
  std::uint32_t window = 1;
  int next = 1;
  while (next <= messages) {
    const Lease lease = source.take(500);
    ASSERT_GT(lease.size(), 0u) << source.why();
    for (const std::string& each : lease.values()) ASSERT_EQ(each, std::to_string(next++));
    watch.settle(lease.size());
    ASSERT_EQ(source.ack(lease.positions()), CONNECTOR_OK) << source.why();
    window = std::min(window * 2, 2000u);
    watch.set_window(window);
    ASSERT_EQ(source.set_window(window), CONNECTOR_OK) << source.why();
  }
  EXPECT_EQ(source.metric(Metrics::connects), 1);
  EXPECT_EQ(source.metric(Metrics::returned), 0);
  EXPECT_GT(watch.looks(), 10);
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(0));
}

// Nothing is settled until the end: what is there is exactly the window.
TEST_P(RabbitmqWindowGrowth, Fills_each_window_and_returns_what_pause_finds) {
  Queue queue(GetParam().kind);
  queue.publish_numbers(1, 100);
  TestSource source(queue.name(), {{"depth_interval", "0ms"}});
  ASSERT_EQ(source.set_window(1), CONNECTOR_OK);
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  std::vector<std::uint64_t> positions;
  for (const std::uint32_t window : {1u, 2u, 4u, 8u, 16u, 32u}) {
    ASSERT_EQ(source.set_window(window), CONNECTOR_OK) << source.why();
    while (positions.size() < window) {
      const Lease lease = source.take(window);
      ASSERT_GT(lease.size(), 0u) << source.why();
      for (const std::uint64_t each : lease.positions()) positions.push_back(each);
    }
    ASSERT_EQ(positions.size(), window);
    EXPECT_TRUE(queue.comes_to_hold(100 - window));
  }
  ASSERT_EQ(source.set_window(64), CONNECTOR_OK);
  const Lease one = source.take(1);
  ASSERT_EQ(one.size(), 1u);
  ASSERT_TRUE(queue.comes_to_hold(36));
  ASSERT_EQ(source.pause(), CONNECTOR_OK) << source.why();
  EXPECT_TRUE(queue.comes_to_hold(67)) << "all but the 33 that were handed out";
  ASSERT_EQ(source.ack(positions), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.set_window(2), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.resume(), CONNECTOR_OK);
  EXPECT_EQ(source.take(10).size(), 1u) << "one of two, because one is unsettled";
  EXPECT_TRUE(queue.comes_to_hold(66));
}

TEST_F(RabbitmqSingleActive, A_source_that_handed_the_queue_over_has_no_backlog) {
  Queue queue(QueueKind::single_active);
  queue.publish_numbers(1, 10);
  TestSource one(queue.name(), {{"depth_interval", "0ms"}}),
      other(queue.name(), {{"prefetch", "3"}, {"depth_interval", "0ms"}});
  ASSERT_EQ(one.set_window(1), CONNECTOR_OK);
  ASSERT_EQ(one.open(), CONNECTOR_OK) << one.why();
  ASSERT_EQ(one.take(1).size(), 1u);
  ASSERT_EQ(other.open(), CONNECTOR_OK) << other.why();
  ASSERT_EQ(other.take(10, 100).size(), 0u);
  ASSERT_EQ(one.set_window(4), CONNECTOR_OK) << one.why();
  Lease none;
  ASSERT_EQ(one.poll(none, 10, 200), CONNECTOR_OK) << one.why();
  ASSERT_EQ(none.size(), 0u);
  ASSERT_GT(other.take(10).size(), 0u) << "the raise hands the queue over";
  std::uint64_t waiting = 99;
  ASSERT_EQ(one.backlog(waiting), CONNECTOR_OK) << one.why();
  EXPECT_EQ(waiting, 0u) << "what waits is for the other";
  ASSERT_EQ(other.backlog(waiting), CONNECTOR_OK) << other.why();
  EXPECT_EQ(waiting, 6u);
}

// Each raise of the active consumer hands the queue to the other one.
TEST_F(RabbitmqSingleActive, Two_sources_grow_and_deliver_everything) {
  constexpr std::size_t messages = 3000;
  for (const QueueKind kind : {QueueKind::single_active, QueueKind::single_active_quorum}) {
    Queue queue(kind);
    queue.publish_numbers(1, messages);
    TestSource one(queue.name(), {{"depth_interval", "0ms"}}),
        other(queue.name(), {{"depth_interval", "0ms"}});
    std::vector<int> times(messages + 1);
    std::size_t records = 0;
    std::uint32_t window = 1;
    for (TestSource* each : {&one, &other}) {
      ASSERT_EQ(each->set_window(window), CONNECTOR_OK);
      ASSERT_EQ(each->open(), CONNECTOR_OK) << each->why();
    }
    ASSERT_TRUE(eventually([&] {
      for (TestSource* each : {&one, &other}) {
        const Lease lease = each->take(500, 20);
        for (const std::string& value : lease.values()) ++times.at(std::size_t(std::stoi(value)));
        records += lease.size();
        EXPECT_EQ(each->ack(lease.positions()), CONNECTOR_OK) << each->why();
        if (lease.size() > 0) window = std::min(window * 2, 2000u);
        EXPECT_EQ(each->set_window(window), CONNECTOR_OK) << each->why();
      }
      return records >= messages;
    })) << records;
    EXPECT_EQ(std::count(times.begin() + 1, times.end(), 1), std::ptrdiff_t(messages));
    EXPECT_EQ(one.metric(Metrics::connects) + other.metric(Metrics::connects), 2);
    one.close();
    other.close();
    EXPECT_TRUE(queue.comes_to_hold(0));
  }
}

}  // namespace
