// consume_arguments: what reaches the broker with basic.consume, and what it does there.
#include "broker.hpp"
#include "fake_broker.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqConsumeArguments = RabbitmqTest;

Settings with_arguments(const char* json) {
  return {{"consume_arguments", json}};
}

TEST(RabbitmqFakeConsumeArguments,
     Keep_their_types_also_when_a_larger_window_replaces_the_consumer) {
  FakeBroker broker;
  TestSource source("q", with_arguments(R"({"x-priority":"-5","x-flag":"true","x-text":"next"})"),
                    broker.port());
  ASSERT_EQ(source.set_window(1), CONNECTOR_OK);
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease first = source.take(1);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(source.set_window(4), CONNECTOR_OK);
  ASSERT_EQ(source.take(1).size(), 1u);
  const std::vector<std::string> consumers = broker.frames({"consume"});
  ASSERT_GE(consumers.size(), 2u);
  for (const std::string& each : consumers) {
    EXPECT_TRUE(each.ends_with(R"( x-priority=-5 x-flag=true x-text="next")")) << each;
  }
}

TEST(RabbitmqFakeConsumeArguments, Refuse_a_name_that_amqp_cannot_carry) {
  const std::string long_name(256, 'x');
  EXPECT_THROW(TestSource("q", {{"consume_arguments", "{\"" + long_name + "\":\"1\"}"}}),
               std::runtime_error);
}

TEST(RabbitmqFakeConsumeArguments, Refuse_x_stream_offset_which_has_an_option_of_its_own) {
  EXPECT_THROW(TestSource("q", with_arguments(R"({"x-stream-offset":"first"})")),
               std::runtime_error);
}

TEST(RabbitmqFakeConsumeArguments, Refuse_more_bytes_than_fit_into_the_smallest_frame) {
  const std::string long_value(3072, 'x');
  EXPECT_THROW(TestSource("q", {{"consume_arguments", "{\"x-long\":\"" + long_value + "\"}"}}),
               std::runtime_error);
}

TEST_F(RabbitmqConsumeArguments, Give_the_messages_to_the_consumer_of_the_higher_priority) {
  for (const QueueKind kind : {QueueKind::classic, QueueKind::quorum}) {
    Queue queue(kind);
    TestSource low(queue.name(), with_arguments(R"({"x-priority":"1"})"));
    TestSource high(queue.name(), with_arguments(R"({"x-priority":"10"})"));
    Lease none;
    for (TestSource* each : {&low, &high}) {
      ASSERT_EQ(each->open(), CONNECTOR_OK) << each->why();
      ASSERT_EQ(each->poll(none, 10, 300), CONNECTOR_OK) << each->why();
    }
    for (int i = 0; i < 10; ++i) queue.publish("x");
    std::size_t taken = 0;
    while (taken < 10) {
      const Lease lease = high.take(10);
      ASSERT_GT(lease.size(), 0u);
      taken += lease.size();
    }
    ASSERT_EQ(low.poll(none, 10, 200), CONNECTOR_OK) << low.why();
    EXPECT_EQ(none.size(), 0u);
  }
}

TEST_F(RabbitmqConsumeArguments, Are_named_when_the_broker_refuses_one) {
  Queue queue;
  TestSource source(queue.name(), with_arguments(R"({"x-priority":"high"})"));
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.polls_until_it_fails(10), CONNECTOR_BAD_CONFIG);
  EXPECT_NE(source.why().find("consume_arguments"), std::string::npos) << source.why();
}

TEST_F(RabbitmqConsumeArguments, Are_passed_on_when_the_broker_does_not_know_them) {
  Queue queue;
  queue.publish("x");
  TestSource source(queue.name(), with_arguments(R"({"x-unknown":"1"})"));
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.take().size(), 1u);
}

}  // namespace
