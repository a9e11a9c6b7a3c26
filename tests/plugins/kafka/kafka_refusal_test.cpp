// What the kafka sink makes of a batch that the broker refuses: which records are rejected, and
// that none is overtaken.
#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"
#include "tests/plugins/kafka/topic_reader.hpp"

namespace kafka_test {
namespace {

using KafkaRefusal = SinkOnMockCluster;

TEST_F(KafkaRefusal,
       A_batch_refused_for_one_records_fault_is_sent_again_singly_before_any_is_rejected) {
  for (const rd_kafka_resp_err_t error :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG,
        RD_KAFKA_RESP_ERR_INVALID_RECORD}) {
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
    // librdkafka sends what a broker calls damaged again itself since 2.4 (KIP-467).
    const bool sent_again =
        error == RD_KAFKA_RESP_ERR_INVALID_MSG && rd_kafka_version() >= 0x02040000;
    EXPECT_EQ(sent_again ? 0.0 : 20.0, one.host.metric(resent_singly));
    expect_delivered(one);
  }
}

TEST_F(KafkaRefusal, A_refused_batch_does_not_overtake_the_one_before_it) {
  const std::string single = unique_name("single");
  cluster.create_topic(single, 1);
  SinkUnderTest batches(cluster.brokers(), single,
                        {{"properties", R"({"batch.num.messages":"5"})"}});
  batches.open();
  expect_delivered(batches);
  cluster.fail(produce,
               {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
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

// A broker takes any request of a producer that it knows nothing of, so the second of a fresh one
// must not be under way. It gets its id late, when all records are queued. librdkafka has several
// requests under way when they are of few messages.
TEST_F(KafkaRefusal, What_follows_a_refused_first_request_is_not_sent_before_it) {
  for (const rd_kafka_resp_err_t error :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS}) {
    for (const char* limit : {R"({"batch.num.messages":"2"})", R"({"batch.size":"1100"})"}) {
      const std::string single = unique_name("single");
      cluster.create_topic(single, 1);
      SinkUnderTest fresh(cluster.brokers(), single, {{"properties", limit}});
      cluster.answer_after(MockCluster::init_producer_id_api, RD_KAFKA_RESP_ERR_NO_ERROR, 300);
      fresh.open();
      cluster.fail(produce, {error});
      std::vector<TestRecord> records = numbered(20);
      std::vector<std::string> values;
      for (TestRecord& record : records)
        values.push_back(record.value->append(std::string(200, ' ')));
      TestBatch batch(records);
      TestCall call(15000);
      EXPECT_EQ(CONNECTOR_OK, fresh.write(batch, call)) << call.message();
      EXPECT_EQ(0u, batch.maybe_delivered());
      ASSERT_GT(batch.count(CONNECTOR_OK), 0u);
      values.resize(batch.count(CONNECTOR_OK));  // and these are the first ones
      EXPECT_EQ(values, TopicReader(cluster.brokers(), single).values()) << limit << error;
    }
  }
}

TEST_F(KafkaRefusal, The_first_record_for_a_topic_that_the_producer_does_not_know_goes_alone) {
  sink.open();
  const std::string other = unique_name("other");
  cluster.create_topic(other, 1);
  cluster.fail(produce, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  std::vector<TestRecord> records = numbered(3);
  for (TestRecord& record : records) record.destination = other;
  TestBatch batch(records);
  TestCall call(15000);
  EXPECT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(CONNECTOR_OK, batch.outcomes[0].code);
  EXPECT_EQ(2u, batch.count(CONNECTOR_RETRIABLE));
  EXPECT_EQ(0u, batch.maybe_delivered());
}

TEST_F(KafkaRefusal, A_refused_request_leaves_those_of_other_partitions_the_time_of_the_write) {
  sink.open();
  expect_delivered(sink);
  cluster.answer_after(produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 0);
  cluster.answer_after(produce, RD_KAFKA_RESP_ERR_NO_ERROR, 1000);
  TestBatch batch(numbered(20));
  TestCall call(15000);
  EXPECT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(20u, batch.count(CONNECTOR_OK)) << call.reason(0);
  EXPECT_EQ(0.0, sink.host.metric(possible_duplicates));
}

TEST_F(KafkaRefusal, A_cancel_still_shortens_the_wait_after_a_refused_request) {
  sink.open();
  expect_delivered(sink);
  cluster.answer_after(produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 0);
  cluster.answer_after(produce, RD_KAFKA_RESP_ERR_NO_ERROR, 60000);
  auto writing = write_aside(sink, 20, 60000);
  EXPECT_EQ(std::future_status::timeout, writing.wait_for(std::chrono::milliseconds(500)));
  const Stopwatch watch;
  sink.cancel();
  EXPECT_EQ(CONNECTOR_RETRIABLE, writing.get().first);
  EXPECT_LT(watch.elapsed().count(), 5000);
}

TEST_F(KafkaRefusal, A_refused_timestamp_of_this_host_is_the_clocks_fault_and_no_records) {
  sink.open();
  cluster.fail_forever(produce, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
  TestBatch batch(numbered(20));
  TestCall call(5000);
  EXPECT_EQ(CONNECTOR_BAD_CONFIG, sink.write(batch, call));
  EXPECT_NE(std::string::npos, call.message().find("clock")) << call.message();
  EXPECT_EQ(20u, batch.count(CONNECTOR_RETRIABLE));
  EXPECT_EQ(0u, batch.maybe_delivered());
}

TEST_F(KafkaRefusal, A_refused_timestamp_of_its_own_is_a_records_fault) {
  const std::string single = unique_name("single");
  cluster.create_topic(single, 1);
  for (const bool clock_is_wrong : {false, true}) {
    SinkUnderTest own(cluster.brokers(), single, {{"timestamp", "record"}});
    own.open();
    // Of the batch, of the record with a timestamp alone, and of the one without.
    std::vector<rd_kafka_resp_err_t> errors(2, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
    if (clock_is_wrong) errors.push_back(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
    cluster.fail(produce, errors);
    std::vector<TestRecord> records = numbered(2);
    records[0].timestamp_ms = 1;
    TestBatch batch(records);
    TestCall call(15000);
    EXPECT_EQ(clock_is_wrong ? CONNECTOR_BAD_CONFIG : CONNECTOR_OK, own.write(batch, call))
        << call.message();
    EXPECT_EQ(CONNECTOR_REJECTED, batch.outcomes[0].code);
    EXPECT_EQ(clock_is_wrong ? CONNECTOR_RETRIABLE : CONNECTOR_OK, batch.outcomes[1].code);
  }
}

// The mock cluster does not give a topic's configuration, so only the broker's refusal tells.
TEST_F(KafkaRefusal, A_write_with_several_refused_timestamps_costs_one_producer) {
  const std::string single = unique_name("single");
  cluster.create_topic(single, 1);
  SinkUnderTest own(cluster.brokers(), single, {{"timestamp", "record"}});
  own.open();
  expect_delivered(own);
  cluster.fail(produce, std::vector<rd_kafka_resp_err_t>(
                            4, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP));  // the batch, and three alone
  std::vector<TestRecord> records = numbered(20);
  for (TestRecord& record : records) record.timestamp_ms = 7;
  TestBatch batch(records);
  TestCall call(15000);
  EXPECT_EQ(CONNECTOR_OK, own.write(batch, call)) << call.message();
  EXPECT_EQ(3u, batch.count(CONNECTOR_REJECTED));
  EXPECT_EQ(17u, batch.count(CONNECTOR_OK));
  EXPECT_NE(std::string::npos, call.reason(0).find("timestamp 7")) << call.reason(0);
  expect_delivered(own);
  EXPECT_EQ(1.0, own.host.metric(producers_rebuilt));
}

TEST_F(KafkaRefusal, A_record_that_its_headers_make_too_large_is_rejected_with_their_size) {
  SinkUnderTest limited(cluster.brokers(), topic,
                        {{"properties", R"({"message.max.bytes":"1000000"})"}});
  limited.open();
  std::vector<TestRecord> records = numbered(2);
  records[0].headers = {{"name", std::string(2000000, 'x')}};
  TestBatch batch(records);
  TestCall call(15000);
  EXPECT_EQ(CONNECTOR_OK, limited.write(batch, call)) << call.message();
  EXPECT_EQ(CONNECTOR_REJECTED, batch.outcomes[0].code);
  EXPECT_NE(std::string::npos, call.reason(0).find("2000004 of headers")) << call.reason(0);
  EXPECT_EQ(CONNECTOR_OK, batch.outcomes[1].code);
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
