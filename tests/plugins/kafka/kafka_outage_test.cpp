// The kafka sink when brokers fail, are silent or refuse: outcomes, time limits, cancel, and going
// on afterwards.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>

#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"

namespace kafka_test {
namespace {

using KafkaOutage = SinkOnMockCluster;

TEST_F(KafkaOutage, Errors_that_pass_by_themselves_are_not_seen) {
  sink.open();
  cluster.fail(produce, {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                         RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT});
  expect_delivered(sink);
}

TEST_F(KafkaOutage,
       Too_few_replicas_are_waited_for_until_the_time_limit_and_nothing_is_said_to_be_delivered) {
  sink.open();
  expect_delivered(sink);
  cluster.fail_forever(produce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  TestBatch batch(numbered(20));
  TestCall call(2000);
  const Stopwatch watch;
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.write(batch, call));
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_GE(watch.elapsed().count(), 1400);
  EXPECT_EQ(20u, batch.count(CONNECTOR_RETRIABLE));
  EXPECT_EQ(0u, batch.maybe_delivered());
  cluster.heal(produce);
  sink.close();
  sink.open();
  expect_delivered(sink);
}

TEST_F(KafkaOutage, A_lost_acknowledgement_is_retriable_and_maybe_delivered) {
  sink.open();
  expect_delivered(sink);
  cluster.delay_all(60000);
  TestBatch batch(numbered(20));
  TestCall call(1500);
  const Stopwatch watch;
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.write(batch, call));
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_EQ(20u, batch.count(CONNECTOR_RETRIABLE));
  EXPECT_EQ(20u, batch.maybe_delivered());
  EXPECT_NE("", call.reason(0));
  EXPECT_EQ(20.0, sink.host.metric(possible_duplicates));
}

TEST_F(KafkaOutage, A_broker_that_goes_down_and_comes_back_within_the_time_limit_costs_nothing) {
  sink.open();
  expect_delivered(sink);
  cluster.down();
  auto writing = write_aside(sink, 50, 20000);
  EXPECT_EQ(std::future_status::timeout, writing.wait_for(std::chrono::milliseconds(700)));
  cluster.up();
  const auto [code, outcomes] = writing.get();
  EXPECT_EQ(CONNECTOR_OK, code);
  EXPECT_EQ(50u, count(outcomes, CONNECTOR_OK));
}

TEST_F(KafkaOutage, Cancel_during_an_outage_ends_all_writes_soon_and_is_sticky_until_open) {
  sink.open();
  expect_delivered(sink);
  cluster.down();
  // The second makes a producer, and finds no broker for it.
  auto first = write_aside(sink, 500, 60000), second = write_aside(sink, 500, 60000);
  EXPECT_EQ(std::future_status::timeout, first.wait_for(std::chrono::milliseconds(1000)));
  const Stopwatch watch;
  sink.cancel();
  for (auto* writing : {&first, &second}) {
    const auto [code, outcomes] = writing->get();
    EXPECT_EQ(CONNECTOR_RETRIABLE, code);
    EXPECT_EQ(500u, count(outcomes, CONNECTOR_RETRIABLE));
  }
  EXPECT_LT(watch.elapsed().count(), 5000);
  TestBatch batch(numbered(1));
  TestCall call;
  EXPECT_EQ(CONNECTOR_RETRIABLE, sink.write(batch, call));
  cluster.up();
  sink.close();
  sink.open();
  expect_delivered(sink);
}

TEST_F(KafkaOutage, Cancel_with_requests_in_flight_ends_the_write_soon) {
  sink.open();
  expect_delivered(sink);
  cluster.delay_all(60000);
  auto writing = write_aside(sink, 500, 60000);
  EXPECT_EQ(std::future_status::timeout, writing.wait_for(std::chrono::milliseconds(500)));
  const Stopwatch watch;
  sink.cancel();
  const auto [code, outcomes] = writing.get();
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_EQ(CONNECTOR_RETRIABLE, code);
  EXPECT_EQ(500u, count(outcomes, CONNECTOR_RETRIABLE));
}

TEST_F(KafkaOutage, Cancel_ends_a_write_that_waits_for_room) {
  SinkUnderTest small(cluster.brokers(), topic,
                      {{"properties", R"({"queue.buffering.max.messages":"10"})"}});
  small.open();
  expect_delivered(small);
  cluster.down();
  auto writing = write_aside(small, 500, 60000);
  EXPECT_EQ(std::future_status::timeout, writing.wait_for(std::chrono::milliseconds(300)));
  const Stopwatch watch;
  small.cancel();
  const auto [code, outcomes] = writing.get();
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_EQ(500u, count(outcomes, CONNECTOR_RETRIABLE));
}

TEST_F(KafkaOutage, A_write_that_gives_up_leaves_the_other_lanes_records_alone) {
  sink.open();
  expect_delivered(sink);
  cluster.down();
  auto patient = write_aside(sink, 100, 60000);
  TestBatch batch(numbered(10));
  TestCall call(1000);
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.write(batch, call));
  cluster.up();
  const auto [code, outcomes] = patient.get();
  EXPECT_EQ(CONNECTOR_OK, code);
  EXPECT_EQ(100u, count(outcomes, CONNECTOR_OK));
}

TEST_F(KafkaOutage, A_producer_that_failed_for_good_is_replaced_and_the_records_come_back) {
  sink.open();
  expect_delivered(sink);
  cluster.fail(produce, {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
  TestBatch batch(numbered(50));
  TestCall call(15000);
  const Stopwatch watch;
  EXPECT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_LT(watch.elapsed().count(), 5000);
  EXPECT_EQ(0u, batch.count(CONNECTOR_REJECTED));
  EXPECT_GT(batch.count(CONNECTOR_RETRIABLE), 0u);
  EXPECT_GT(batch.maybe_delivered(), 0u);
  expect_delivered(sink, 50);
  EXPECT_EQ(1.0, sink.host.metric(producers_rebuilt));
}

// A dropped connection with several requests in flight, then too few replicas, then sequence
// errors: what makes librdkafka before 2.3 fail for good when a broker bounces. Whatever the
// version makes of it, everything is delivered.
TEST_F(KafkaOutage, A_bouncing_broker_that_confuses_the_sequence_loses_nothing) {
  SinkUnderTest batches(cluster.brokers(), topic,
                        {{"properties", R"({"batch.num.messages":"5"})"}});
  batches.open();
  expect_delivered(batches);
  cluster.fail(produce, {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                         RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                         RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                         RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
  std::size_t open = 50;
  const Stopwatch watch;
  while (open > 0 && watch.elapsed().count() < 30000) {
    TestBatch batch(numbered(int(open)));
    TestCall call(10000);
    EXPECT_EQ(CONNECTOR_OK, batches.write(batch, call)) << call.message();
    EXPECT_EQ(0u, batch.count(CONNECTOR_REJECTED));
    open = batch.count(CONNECTOR_RETRIABLE);
  }
  EXPECT_EQ(0u, open);
}

TEST_F(KafkaOutage, A_refused_permission_is_a_fault_of_the_configuration_and_the_records_wait) {
  sink.open();
  expect_delivered(sink);
  cluster.fail_forever(produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  TestBatch batch(numbered(20));
  TestCall call(5000);
  EXPECT_EQ(CONNECTOR_BAD_CONFIG, sink.write(batch, call));
  EXPECT_NE(std::string::npos, call.message().find("WRITE")) << call.message();
  EXPECT_EQ(20u, batch.count(CONNECTOR_RETRIABLE));
  EXPECT_EQ(0u, batch.maybe_delivered());
}

TEST_F(KafkaOutage, A_missing_permission_for_idempotent_writes_is_a_fault_of_the_configuration) {
  cluster.fail_forever(MockCluster::init_producer_id_api,
                       RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
  sink.open();
  TestBatch batch(numbered(20));
  TestCall call(5000);
  EXPECT_EQ(CONNECTOR_BAD_CONFIG, sink.write(batch, call));
  EXPECT_NE(std::string::npos, call.message().find("IDEMPOTENT_WRITE")) << call.message();
  EXPECT_EQ(20u, batch.count(CONNECTOR_RETRIABLE));
}

TEST_F(KafkaOutage, A_topic_that_is_gone_is_a_fault_of_the_configuration) {
  for (const bool before_open : {true, false}) {
    const std::string gone = unique_name("gone");
    cluster.create_topic(gone, 1);
    SinkUnderTest other(cluster.brokers(), gone,
                        {{"create_topic", "false"},
                         {"properties", R"({"topic.metadata.refresh.interval.ms":"100"})"}});
    if (before_open) cluster.topic_error(gone, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    TestCall open(5000);
    EXPECT_EQ(before_open ? CONNECTOR_BAD_CONFIG : CONNECTOR_OK, other.open(open));
    if (before_open) continue;
    expect_delivered(other);
    cluster.topic_error(gone, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    cluster.fail_forever(produce, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    // librdkafka may learn of it with the request under way, and gives the records back without a
    // reason; the next write has it.
    connector_code code = CONNECTOR_OK;
    for (int turn = 0; turn < 2 && code == CONNECTOR_OK; ++turn) {
      TestBatch batch(numbered(5));
      TestCall call(10000);
      code = other.write(batch, call);
      EXPECT_EQ(5u, batch.count(CONNECTOR_RETRIABLE));
      EXPECT_EQ(code == CONNECTOR_BAD_CONFIG, call.message().find(gone) != std::string::npos)
          << call.message();
    }
    EXPECT_EQ(CONNECTOR_BAD_CONFIG, code);
  }
}

// An address of this machine where nobody answers: refused, or accepted by the kernel and silent.
class DeadEnd {
 public:
  explicit DeadEnd(bool accepts) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address_), size);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size);
    if (accepts) ::listen(socket_, 16);
  }
  ~DeadEnd() { ::close(socket_); }
  std::string address() const { return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

 private:
  int socket_;
  sockaddr_in address_{};
};

TEST(KafkaUnreachable, Open_and_check_say_not_connected_within_their_time_limit) {
  for (const bool accepts : {false, true}) {
    const DeadEnd end(accepts);
    SinkUnderTest sink(end.address(), "topic");
    TestCall open(2000), check(1000);
    Stopwatch watch;
    EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.open(open));
    EXPECT_NE(std::string::npos, open.message().find(end.address())) << open.message();
    EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.check(check)) << check.message();
    EXPECT_LT(watch.elapsed().count(), 6000);
    EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.open(open)) << "again";
  }
}

TEST(KafkaUnreachable, Cancel_ends_an_open_soon) {
  const DeadEnd end(true);
  SinkUnderTest sink(end.address(), "topic");
  auto opening = std::async(std::launch::async, [&] {
    TestCall call(60000);
    return sink.open(call);
  });
  EXPECT_EQ(std::future_status::timeout, opening.wait_for(std::chrono::milliseconds(300)));
  const Stopwatch watch;
  sink.cancel();
  EXPECT_EQ(CONNECTOR_RETRIABLE, opening.get());
  EXPECT_LT(watch.elapsed().count(), 5000);
}

}  // namespace
}  // namespace kafka_test
