// The kafka sink against the limits of a real topic: sizes and timestamps of records.
#include <gtest/gtest.h>

#include "tests/plugins/kafka/real_kafka.hpp"

namespace kafka_test {
namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

class KafkaLimits : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!real_brokers()) GTEST_SKIP() << "CONNECTOR_TEST_KAFKA is not set";
  }
  static std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  static std::vector<TestRecord> numbered(int count) {
    std::vector<TestRecord> out;
    for (int i = 0; i < count; ++i) out.push_back({{}, "key", std::to_string(i), {}, now_ms(), {}});
    return out;
  }
  // One write decides about all: those of `rejected` are, each other record is in the topic once,
  // and no producer was lost.
  static void expect_rejected(SinkUnderTest& sink, TestTopic& topic,
                              const std::vector<TestRecord>& records,
                              const std::vector<std::size_t>& rejected, const std::string& reason) {
    TestBatch batch(records);
    TestCall call(20000);
    ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const bool refused = std::find(rejected.begin(), rejected.end(), i) != rejected.end();
      EXPECT_EQ(refused ? CONNECTOR_REJECTED : CONNECTOR_OK, batch.outcomes[i].code)
          << i << call.reason(i);
      if (refused)
        EXPECT_NE(std::string::npos, call.reason(i).find(reason)) << call.reason(i);
      else
        expected.push_back(*records[i].value);
    }
    EXPECT_TRUE(expected == topic.values());
    TestBatch after({{{}, "key", "after", {}, 0, {}}});
    ASSERT_EQ(CONNECTOR_OK, sink.write(after, call)) << call.message();
    EXPECT_EQ(0.0, sink.host.metric(producers_rebuilt));
    EXPECT_EQ(0.0, sink.host.metric(resent_singly));
  }
};

TEST_F(KafkaLimits, A_record_above_one_megabyte_is_delivered_where_the_topic_allows_it) {
  TestTopic topic(1, {{"max.message.bytes", std::to_string(3 * mebibyte)}});
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  std::vector<TestRecord> records = numbered(10);
  records[4].value = std::string(2 * mebibyte, 'x');
  expect_rejected(sink, topic, records, {}, "");
}

TEST_F(KafkaLimits, A_record_above_the_limit_of_the_topic_is_rejected_with_size_and_limit) {
  TestTopic topic(1, {{"max.message.bytes", std::to_string(3 * mebibyte)}});
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  std::vector<TestRecord> records = numbered(10);
  records[4].value = std::string(4 * mebibyte, 'x');
  expect_rejected(sink, topic, records, {4},
                  "4194304 bytes of value, 3 of key and 0 of headers are over what topic '" +
                      topic.name() + "' takes (max.message.bytes = 3145728)");
}

TEST_F(KafkaLimits, The_limit_of_the_topic_holds_to_the_byte) {
  TestTopic topic(1, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  std::vector<TestRecord> records = numbered(3);
  // 61 bytes of the batch, 3 of the record's length, 3 fixed ones, 4 of the key, 3 of the value's
  // length, 1 for no headers.
  constexpr std::size_t longest = 10000 - 61 - 3 - 3 - 4 - 3 - 1;
  records[0].value = std::string(longest, 'x');
  records[1].value = std::string(longest + 1, 'x');
  expect_rejected(sink, topic, records, {1}, "max.message.bytes = 10000");
}

TEST_F(KafkaLimits, A_batch_keeps_within_the_limit_of_the_topic) {
  TestTopic topic(1, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  std::vector<TestRecord> records = numbered(100);
  for (TestRecord& record : records) record.value->append(500, ' ');
  expect_rejected(sink, topic, records, {}, "");
}

TEST_F(KafkaLimits, The_destination_of_a_record_has_limits_of_its_own) {
  TestTopic topic(1), other(1, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  std::vector<TestRecord> records = numbered(4);
  records[1].value = records[2].value = std::string(20000, 'x');
  for (std::size_t i : {0, 2, 3}) records[i].destination = other.name();
  TestBatch batch(records);
  TestCall call(20000);
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(3u, batch.count(CONNECTOR_OK));
  EXPECT_NE(std::string::npos, call.reason(2).find(other.name())) << call.reason(2);
  EXPECT_EQ(0.0, sink.host.metric(resent_singly));
}

TEST_F(KafkaLimits,
       A_record_with_a_refused_timestamp_is_rejected_and_the_others_are_delivered_once) {
  constexpr std::int64_t day_ms = 86'400'000;
  TestTopic topic(1, {{"message.timestamp.before.max.ms", std::to_string(day_ms)},
                      {"message.timestamp.after.max.ms", std::to_string(day_ms)}});
  SinkUnderTest sink(real_brokers(), topic.name(), {{"timestamp", "record"}});
  sink.open();
  std::vector<TestRecord> records = numbered(50);
  records[3].timestamp_ms = -5;
  records[17].timestamp_ms += 2 * day_ms;
  records[18].timestamp_ms -= 2 * day_ms;
  expect_rejected(sink, topic, records, {3, 17, 18}, "refuses the record's timestamp");
}

TEST_F(KafkaLimits, A_topic_with_log_append_time_takes_every_timestamp) {
  TestTopic topic(
      1, {{"message.timestamp.type", "LogAppendTime"}, {"message.timestamp.after.max.ms", "1000"}});
  SinkUnderTest sink(real_brokers(), topic.name(), {{"timestamp", "record"}});
  sink.open();
  std::vector<TestRecord> records = numbered(5);
  records[3].timestamp_ms += 100'000'000;
  expect_rejected(sink, topic, records, {}, "");
}

}  // namespace
}  // namespace kafka_test
