// The kafka sink while one partition of its topic has no leader, on a mock cluster.
#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"

namespace kafka_test {
namespace {

class KafkaLeaderless : public SinkOnMockCluster {
 protected:
  // Of the topic's two partitions the second has no leader, from now on.
  void lose_leader() {
    cluster.set_leader(topic, 1, -1);
    cluster.fail(produce, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                           RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  }
  void expect_open_for_the_other(SinkUnderTest& to, std::chrono::milliseconds at_most) {
    TestBatch batch(numbered(20));
    TestCall call(15000);
    const Stopwatch watch;
    EXPECT_EQ(CONNECTOR_OK, to.write(batch, call)) << call.message();
    EXPECT_LT(watch.elapsed(), at_most);
    EXPECT_GT(batch.count(CONNECTOR_OK), 0u);
    EXPECT_GT(batch.count(CONNECTOR_RETRIABLE), 0u);
    EXPECT_EQ(0u, batch.maybe_delivered());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch.outcomes[i].code != CONNECTOR_RETRIABLE) continue;
      EXPECT_NE(std::string::npos,
                call.reason(i).find("partition 1 of topic '" + topic + "' has no leader"))
          << call.reason(i);
    }
  }
};

TEST_F(KafkaLeaderless, Only_its_records_wait_and_soon_the_others_are_delivered_at_once) {
  using namespace std::chrono_literals;
  sink.open();
  expect_delivered(sink);
  lose_leader();
  expect_open_for_the_other(sink, 6s);
  expect_open_for_the_other(sink, 1s);
  cluster.set_leader(topic, 1, 1);
  const Stopwatch watch;
  std::size_t open = 20;
  while (open > 0 && watch.elapsed() < 10s) {
    TestBatch batch(numbered(20));
    TestCall call(15000);
    ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
    open = batch.count(CONNECTOR_RETRIABLE);
  }
  EXPECT_EQ(0u, open);
}

TEST_F(KafkaLeaderless, Open_does_not_wait_for_it_for_long) {
  using namespace std::chrono_literals;
  lose_leader();
  TestCall call(15000);
  const Stopwatch watch;
  ASSERT_EQ(CONNECTOR_OK, sink.open(call)) << call.message();
  EXPECT_LT(watch.elapsed(), 8s);
  expect_open_for_the_other(sink, 6s);
}

TEST_F(KafkaLeaderless, Records_without_a_key_avoid_it) {
  SinkUnderTest keyless(cluster.brokers(), topic, {{"key", "none"}});
  lose_leader();
  keyless.open();
  for (int i = 0; i < 10; ++i) expect_delivered(keyless);
}

TEST_F(KafkaLeaderless, A_topic_that_loses_all_leaders_is_an_outage) {
  sink.open();
  expect_delivered(sink);
  cluster.set_leader(topic, 0, -1);
  lose_leader();
  TestBatch batch(numbered(20));
  TestCall call(4000);
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.write(batch, call));
  EXPECT_EQ(20u, batch.count(CONNECTOR_RETRIABLE));
}

TEST_F(KafkaLeaderless, Open_fails_where_no_partition_has_a_leader) {
  for (const int partition : {0, 1}) cluster.set_leader(topic, partition, -1);
  TestCall call(2000);
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.open(call));
  EXPECT_NE(std::string::npos, call.message().find("leader")) << call.message();
}

}  // namespace
}  // namespace kafka_test
