// A broker that keeps sending: frames that make no record, and a window that takes its time.
#include <thread>

#include "broker.hpp"
#include "tcp_proxy.hpp"

namespace {

using namespace rabbitmq_test;
using namespace std::chrono_literals;

struct Flood {
  const char* name;
  std::string frame;
};

class RabbitmqFlood : public RabbitmqTest {
 protected:
  // The call is back long before a stop would be forced.
  template <class Call>
  connector_code in_time(Call&& call) {
    const auto begun = std::chrono::steady_clock::now();
    const connector_code code = call();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    return code;
  }
};

class RabbitmqFloodOf : public RabbitmqFlood, public testing::WithParamInterface<Flood> {};

TEST_P(RabbitmqFloodOf, Every_call_is_back_in_time) {
  Queue queue;
  queue.publish_numbers(1, 2);
  TcpProxy proxy(broker_port());
  TestSource source(queue.name(), {}, proxy.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease held = source.take(1);
  ASSERT_EQ(held.size(), 1u);
  proxy.flood(GetParam().frame);
  Lease none;
  for (const std::uint32_t records : {1000u, 0u}) {
    EXPECT_EQ(in_time([&] { return source.poll(none, records, 200); }), CONNECTOR_OK)
        << source.why();
  }
  std::thread waker([&] {
    std::this_thread::sleep_for(100ms);  // so that the poll has begun, as a rule
    source.wake();
  });
  EXPECT_EQ(in_time([&] { return source.poll(none, 1000, 60'000); }), CONNECTOR_OK) << source.why();
  waker.join();
  EXPECT_EQ(source.ack(held.positions()), CONNECTOR_OK) << source.why();
  EXPECT_EQ(in_time([&] { return source.pause(); }), CONNECTOR_OK) << source.why();
  in_time([&] {
    source.close();
    return CONNECTOR_OK;
  });
  proxy.flood({});
  EXPECT_TRUE(queue.comes_to_hold(1)) << "the other one was returned, and the ack has arrived";
}

INSTANTIATE_TEST_SUITE_P(Frames, RabbitmqFloodOf,
                         testing::Values(Flood{"qos_ok", method_frame(1, 60, 11, "")},
                                         Flood{"unblocked", method_frame(0, 10, 61, "")}),
                         [](const auto& info) { return std::string(info.param.name); });

// The library takes them by itself, and reads on while there are any.
TEST_F(RabbitmqFlood, Of_heartbeats_ends_no_call_late_or_cuts_the_connection) {
  Queue queue;
  queue.publish_numbers(1, 2);
  TcpProxy proxy(broker_port());
  TestSource source(queue.name(), {}, proxy.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.take(1).size(), 1u);
  proxy.flood(std::string("\x08\0\0\0\0\0\0\xCE", 8));
  Lease none;
  connector_code code = CONNECTOR_OK;
  for (int i = 0; i < 10 && code == CONNECTOR_OK; ++i)
    code = in_time([&] { return source.poll(none, 1000, 200); });
  if (code == CONNECTOR_OK) code = in_time([&] { return source.pause(); });
  EXPECT_TRUE(code == CONNECTOR_OK ||
              source.why().find("heartbeats without end") != std::string::npos)
      << source.why();
  in_time([&] {
    source.close();
    return CONNECTOR_OK;
  });
  proxy.flood({});
  EXPECT_TRUE(queue.comes_to_hold(2));
}

// 40 messages of 200 KB, one of which is in flight.
class RabbitmqSlowLink : public RabbitmqTest {
 protected:
  void SetUp() override {
    RabbitmqTest::SetUp();
    if (IsSkipped()) return;
    for (int i = 0; i < 40; ++i) queue->publish(std::string(200'000, 'x'));
    ASSERT_EQ(source->open(), CONNECTOR_OK) << source->why();
    proxy->limit(1'250'000);  // more than six seconds for the window
    held = std::make_unique<Lease>(source->take(1));
    ASSERT_EQ(held->size(), 1u);
  }
  std::unique_ptr<Queue> queue = broker_port() ? std::make_unique<Queue>() : nullptr;
  std::unique_ptr<TcpProxy> proxy = std::make_unique<TcpProxy>(broker_port());
  std::unique_ptr<TestSource> source =
      queue ? std::make_unique<TestSource>(queue->name(), Settings{}, proxy->port()) : nullptr;
  std::unique_ptr<Lease> held;
};

TEST_F(RabbitmqSlowLink, A_pause_waits_while_bytes_arrive_and_keeps_the_connection) {
  ASSERT_EQ(source->pause(20'000), CONNECTOR_OK) << source->why();
  EXPECT_EQ(source->ack(held->positions()), CONNECTOR_OK) << source->why();
  source->close();
  proxy->limit(0);
  EXPECT_TRUE(queue->comes_to_hold(39)) << "the ack has arrived";
}

TEST_F(RabbitmqSlowLink, A_pause_does_not_wait_for_a_broker_that_is_silent) {
  proxy->freeze();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(source->pause(60'000), CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s) << source->why();
  proxy->thaw();
}

}  // namespace
