// What the kafka sink makes of a batch that the broker refuses: which records are rejected, and that none is overtaken.
#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"

namespace kafka_test {
namespace {

using KafkaRefusal = SinkOnMockCluster;

TEST_F(KafkaRefusal, A_batch_refused_for_one_records_fault_is_sent_again_singly_before_any_is_rejected) {
  for (const rd_kafka_resp_err_t error : {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP}) {
    MockCluster fresh;
    fresh.create_topic(topic, 1);
    SinkUnderTest one(fresh.brokers(), topic);
    one.open();
    expect_delivered(one);
    fresh.fail(produce, {error});
    TestBatch batch(numbered(20));
    TestCall call(15000);
    EXPECT_EQ(CONNECTOR_OK, one.write(batch, call)) << call.message();
    EXPECT_EQ(20u, batch.count(CONNECTOR_OK)) << call.reason(0);
    EXPECT_EQ(20.0, one.host.metric(resent_singly));
    expect_delivered(one);
  }
}

TEST_F(KafkaRefusal, A_refused_batch_does_not_overtake_the_one_before_it) {
  const std::string single = unique_name("single");
  cluster.create_topic(single, 1);
  SinkUnderTest batches(cluster.brokers(), single, {{"properties", R"({"batch.num.messages":"5"})"}});
  batches.open();
  expect_delivered(batches);
  cluster.fail(produce, {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  TestBatch batch(numbered(10));
  TestCall call(10000);
  EXPECT_EQ(CONNECTOR_OK, batches.write(batch, call)) << call.message();
  bool open = false;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_FALSE(open && batch.outcomes[i].code == CONNECTOR_OK) << i;
    open = open || batch.outcomes[i].code == CONNECTOR_RETRIABLE;
  }
  EXPECT_TRUE(open);
}

TEST_F(KafkaRefusal, A_record_that_is_refused_alone_is_rejected_with_the_reason) {
  sink.open();
  expect_delivered(sink);
  cluster.fail_forever(produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  TestBatch batch(numbered(1));
  TestCall call(15000);
  EXPECT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(1u, batch.count(CONNECTOR_REJECTED));
  EXPECT_NE(std::string::npos, call.reason(0).find("max.message.bytes")) << call.reason(0);
}

}  // namespace
}  // namespace kafka_test
