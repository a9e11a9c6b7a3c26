// The kafka sink against a real broker: what arrives, in which order, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "tests/plugins/kafka/real_kafka.hpp"

namespace kafka_test {
namespace {

class KafkaSink : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!real_brokers()) GTEST_SKIP() << "CONNECTOR_TEST_KAFKA is not set";
  }
  static std::vector<TestRecord> numbered(int count, const std::string& prefix,
                                          std::size_t size = 20) {
    std::vector<TestRecord> out;
    for (int i = 0; i < count; ++i) {
      std::string value = prefix + std::to_string(i);
      value.resize(std::max(size, value.size()), ' ');
      out.push_back({prefix + std::to_string(i), {}, value, {}, 0, {}});
    }
    return out;
  }
  static std::string incompressible(std::size_t size) {
    std::minstd_rand random;
    std::string out(size, ' ');
    for (char& c : out) c = char(random() >> 8);
    return out;
  }
  // As the host does: what is retriable is sent again until nothing is.
  static std::vector<connector_code> write_until_decided(SinkUnderTest& sink,
                                                         const std::vector<TestRecord>& records) {
    std::vector<connector_code> out(records.size(), CONNECTOR_RETRIABLE);
    const Stopwatch watch;
    while (watch.elapsed().count() < 30000) {
      std::vector<TestRecord> open;
      std::vector<std::size_t> index;
      for (std::size_t i = 0; i < records.size(); ++i)
        if (out[i] == CONNECTOR_RETRIABLE) open.push_back(records[i]), index.push_back(i);
      if (open.empty()) break;
      TestBatch batch(open);
      TestCall call(10000);
      const connector_code code = sink.write(batch, call);
      EXPECT_EQ(CONNECTOR_OK, code) << call.message();
      for (std::size_t i = 0; i < index.size(); ++i) out[index[i]] = batch.outcomes[i].code;
    }
    return out;
  }
};

TEST_F(KafkaSink, A_record_arrives_byte_for_byte_with_its_headers_in_order) {
  TestTopic topic;
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  const std::string binary("a\0b\xff\x01", 5);
  TestBatch batch({{binary,
                    {},
                    binary + "value",
                    {{"z", "1"}, {"a", binary}, {"z", "2"}, {"none", {}}, {"empty", ""}},
                    0,
                    {}}});
  TestCall call;
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(1u, batch.count(CONNECTOR_OK));
  EXPECT_EQ(0u, batch.outcomes[0].flags);
  const auto messages = topic.read_all();
  ASSERT_EQ(1u, messages.size());
  EXPECT_EQ(Bytes(binary), messages[0].key);
  EXPECT_EQ(Bytes(binary + "value"), messages[0].value);
  const std::vector<std::pair<std::string, Bytes>> expected{
      {"z", "1"}, {"a", binary}, {"z", "2"}, {"none", {}}, {"empty", ""}};
  EXPECT_EQ(expected, messages[0].headers);
  EXPECT_EQ(1.0, sink.host.metric(records_delivered));
}

TEST_F(KafkaSink, Null_and_empty_stay_what_they_are) {
  TestTopic topic(1);
  SinkUnderTest sink(real_brokers(), topic.name(), {{"key", "record"}});
  sink.open();
  TestBatch batch({{{}, "k", {}, {}, 0, {}},
                   {{}, "k", "", {}, 0, {}},
                   {{}, {}, "v", {}, 0, {}},
                   {{}, "", "v", {}, 0, {}}});
  TestCall call;
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  const auto messages = topic.read_all();
  ASSERT_EQ(4u, messages.size());
  EXPECT_EQ(Bytes(), messages[0].value);
  EXPECT_EQ(Bytes(""), messages[1].value);
  EXPECT_EQ(Bytes(), messages[2].key);
  EXPECT_EQ(Bytes(""), messages[3].key);
}

TEST_F(KafkaSink, The_key_is_the_id_or_the_records_key_or_none) {
  const std::vector<TestRecord> records{{"id", "key", "both", {}, 0, {}},
                                        {{}, "key", "no id", {}, 0, {}}};
  const std::map<std::string, std::vector<Bytes>> expected{
      {"id", {"id", "key"}}, {"record", {"key", "key"}}, {"none", {Bytes(), Bytes()}}};
  for (const auto& [choice, keys] : expected) {
    TestTopic topic(1);
    SinkUnderTest sink(real_brokers(), topic.name(), {{"key", choice}});
    sink.open();
    TestBatch batch(records);
    TestCall call;
    ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
    const auto messages = topic.read_all();
    ASSERT_EQ(2u, messages.size());
    EXPECT_EQ(keys[0], messages[0].key) << choice;
    EXPECT_EQ(keys[1], messages[1].key) << choice;
  }
}

TEST_F(KafkaSink, A_key_goes_to_the_partition_where_a_java_producer_puts_it) {
  TestTopic topic(4);
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  TestBatch batch({{"21", {}, "a", {}, 0, {}}, {"foobar", {}, "b", {}, 0, {}}});
  TestCall call;
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  // From Kafka's UtilsTest.testMurmur2: "21" -> -973932308, "foobar" -> -790332482; partition =
  // (hash & 0x7fffffff) % 4.
  for (const ReadMessage& message : topic.read_all()) {
    const std::int32_t hash = message.key == "21" ? -973932308 : -790332482;
    EXPECT_EQ((hash & 0x7fffffff) % 4, message.partition) << *message.key;
  }
}

TEST_F(KafkaSink, The_timestamp_is_the_records_own_only_where_that_is_asked_for) {
  for (const char* choice : {"now", "record"}) {
    TestTopic topic(1);
    SinkUnderTest sink(real_brokers(), topic.name(), {{"timestamp", choice}});
    sink.open();
    const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
    TestBatch batch({{"a", {}, "own", {}, now - 3600000, {}}, {"b", {}, "none", {}, 0, {}}});
    TestCall call;
    ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
    const auto messages = topic.read_all();
    ASSERT_EQ(2u, messages.size());
    EXPECT_EQ(std::string(choice) == "record", messages[0].timestamp_ms == now - 3600000);
    EXPECT_GE(messages[1].timestamp_ms, now - 1000);
  }
}

TEST_F(KafkaSink, A_destination_of_the_record_wins_over_the_topic_and_has_to_be_a_topic_name) {
  TestTopic topic, other;
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  TestBatch batch({{"a", {}, "here", {}, 0, {}},
                   {"b", {}, "there", {}, 0, other.name()},
                   {"c", {}, "nowhere", {}, 0, "no such/topic"},
                   {"d", {}, "here", {}, 0, {}}});
  TestCall call;
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(3u, batch.count(CONNECTOR_OK));
  EXPECT_EQ(CONNECTOR_REJECTED, batch.outcomes[2].code);
  EXPECT_NE("", call.reason(2));
  EXPECT_EQ(2u, topic.values().size());
  EXPECT_EQ(std::vector<std::string>{"there"}, other.values());
}

TEST_F(KafkaSink, Four_writers_share_it_and_each_key_keeps_its_order) {
  TestTopic topic(3);
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  std::vector<std::thread> lanes;
  for (int lane = 0; lane < 4; ++lane)
    lanes.emplace_back([&, lane] {
      for (int round = 0; round < 20; ++round) {
        std::vector<TestRecord> records;
        for (int i = 0; i < 100; ++i)
          records.push_back({"lane" + std::to_string(lane) + "-" + std::to_string(i % 10),
                             {},
                             std::to_string(round * 100 + i),
                             {},
                             0,
                             {}});
        TestBatch batch(records);
        TestCall call(20000);
        ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
        ASSERT_EQ(batch.size(), batch.count(CONNECTOR_OK));
      }
    });
  for (std::thread& lane : lanes) lane.join();
  std::map<std::string, int> last;
  std::size_t count = 0;
  for (const ReadMessage& message : topic.read_all()) {
    const int number = std::stoi(*message.value);
    const auto found = last.find(*message.key);
    if (found != last.end()) {
      EXPECT_LT(found->second, number) << *message.key;
    }
    last[*message.key] = number;
    ++count;
  }
  EXPECT_EQ(8000u, count);
  EXPECT_EQ(8000.0, sink.host.metric(records_delivered));
}

TEST_F(KafkaSink, A_full_queue_of_the_client_is_backpressure) {
  TestTopic topic;
  SinkUnderTest sink(real_brokers(), topic.name(),
                     {{"properties", R"({"queue.buffering.max.messages":"10"})"}});
  sink.open();
  TestBatch batch(numbered(500, "r"));
  TestCall call(20000);
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(500u, batch.count(CONNECTOR_OK));
  EXPECT_EQ(500u, topic.values().size());
}

TEST_F(KafkaSink, A_record_over_the_clients_limit_is_rejected_with_its_size_and_the_others_pass) {
  TestTopic topic(3, {{"max.message.bytes", "3000000"}});
  SinkUnderTest sink(real_brokers(), topic.name(),
                     {{"properties", R"({"message.max.bytes":"1000000"})"}});
  sink.open();
  std::vector<TestRecord> records = numbered(10, "r");
  records[4].value = std::string(2000000, 'x');
  TestBatch batch(records);
  TestCall call;
  ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(9u, batch.count(CONNECTOR_OK));
  EXPECT_EQ(CONNECTOR_REJECTED, batch.outcomes[4].code);
  EXPECT_NE(std::string::npos, call.reason(4).find("2000000 bytes")) << call.reason(4);
  EXPECT_NE(std::string::npos, call.reason(4).find("1000000")) << call.reason(4);
}

// Compressed, because the size of such a batch is not known before the broker has it.
TEST_F(KafkaSink, Of_a_batch_that_the_broker_finds_too_large_only_the_large_record_is_rejected) {
  TestTopic topic(1, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name(), {{"compression", "gzip"}});
  sink.open();
  std::vector<TestRecord> records =
      numbered(40, "r", 200);  // together under the limit, with the large one over it
  records[20].value = incompressible(20000);
  const auto codes = write_until_decided(sink, records);
  for (std::size_t i = 0; i < codes.size(); ++i)
    EXPECT_EQ(i == 20 ? CONNECTOR_REJECTED : CONNECTOR_OK, codes[i]) << i;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (i != 20) expected.push_back(*records[i].value);
  EXPECT_EQ(expected, topic.values());  // each once, in order
  EXPECT_GT(sink.host.metric(resent_singly), 0.0);
}

// The large one is in the first request of a fresh producer: the broker, which knows nothing of it,
// would take the second, and librdkafka sends that one too when requests are of few messages.
TEST_F(KafkaSink, Nothing_of_its_partition_overtakes_a_refused_batch) {
  TestTopic topic(1, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name(),
                     {{"compression", "gzip"}, {"properties", R"({"batch.num.messages":"2"})"}});
  sink.open();
  std::vector<TestRecord> records = numbered(20, "r", 200);
  records[1].value = incompressible(20000);
  const auto codes = write_until_decided(sink, records);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(i == 1 ? CONNECTOR_REJECTED : CONNECTOR_OK, codes[i]) << i;
    if (i != 1) expected.push_back(*records[i].value);
  }
  EXPECT_EQ(expected, topic.values());
}

TEST_F(KafkaSink,
       Small_records_whose_batch_is_too_large_for_the_broker_all_arrive_once_and_in_order) {
  TestTopic topic(1, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name());
  sink.open();
  const std::vector<TestRecord> records = numbered(300, "r", 500);
  const auto codes = write_until_decided(sink, records);
  EXPECT_EQ(300, std::count(codes.begin(), codes.end(), CONNECTOR_OK));
  std::vector<std::string> expected;
  for (const TestRecord& record : records) expected.push_back(*record.value);
  EXPECT_EQ(expected, topic.values());
}

TEST_F(KafkaSink, A_record_that_the_topic_cannot_hold_is_rejected_alone) {
  TestTopic topic(1, {{"cleanup.policy", "compact"}});
  SinkUnderTest sink(real_brokers(), topic.name(), {{"key", "record"}});
  sink.open();
  std::vector<TestRecord> records;
  for (int i = 0; i < 20; ++i)
    records.push_back(
        {{}, i == 7 ? Bytes() : Bytes("k" + std::to_string(i)), std::to_string(i), {}, 0, {}});
  const auto codes = write_until_decided(sink, records);
  for (std::size_t i = 0; i < codes.size(); ++i)
    EXPECT_EQ(i == 7 ? CONNECTOR_REJECTED : CONNECTOR_OK, codes[i]) << i;
}

TEST_F(KafkaSink, A_lane_with_a_refused_batch_costs_the_other_lanes_nothing) {
  TestTopic topic(3, {{"max.message.bytes", "10000"}});
  SinkUnderTest sink(real_brokers(), topic.name(), {{"properties", R"({"batch.size":"9000"})"}});
  sink.open();
  std::vector<std::thread> lanes;
  for (int lane = 0; lane < 3; ++lane)
    lanes.emplace_back([&, lane] {
      for (int round = 0; round < 10; ++round) {
        std::vector<TestRecord> records =
            numbered(50, "l" + std::to_string(lane) + "-" + std::to_string(round) + "-");
        if (lane == 0) records[25].value = std::string(20000, 'x');
        const auto codes = write_until_decided(sink, records);
        EXPECT_EQ(lane == 0 ? 1 : 0, std::count(codes.begin(), codes.end(), CONNECTOR_REJECTED));
        EXPECT_EQ(lane == 0 ? 49 : 50, std::count(codes.begin(), codes.end(), CONNECTOR_OK));
      }
    });
  for (std::thread& lane : lanes) lane.join();
  EXPECT_EQ(3u * 500u - 10u, topic.values().size());
}

TEST_F(KafkaSink, It_opens_again_after_a_close_and_close_may_be_repeated) {
  TestTopic topic;
  SinkUnderTest sink(real_brokers(), topic.name());
  for (int i = 0; i < 3; ++i) {
    sink.open();
    TestBatch batch(numbered(10, "r"));
    TestCall call;
    ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
    sink.close();
    sink.close();
  }
  TestBatch batch(numbered(1, "r"));
  TestCall call;
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.write(batch, call));
  EXPECT_EQ(30u, topic.values().size());
}

TEST_F(KafkaSink, A_missing_topic_is_created_with_the_partitions_asked_for) {
  TestTopic topic(0);
  SinkUnderTest sink(real_brokers(), topic.name(), {{"create_partitions", "5"}});
  sink.open();
  EXPECT_EQ(5, topic.partition_count());
  TestBatch batch(numbered(10, "r"));
  TestCall call;
  EXPECT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
  EXPECT_EQ(10u, batch.count(CONNECTOR_OK));
}

TEST_F(KafkaSink, A_missing_topic_that_may_not_be_created_is_a_fault_of_the_configuration) {
  TestTopic topic(0);
  SinkUnderTest sink(real_brokers(), topic.name(), {{"create_topic", "false"}});
  TestCall open, check;
  EXPECT_EQ(CONNECTOR_BAD_CONFIG, sink.open(open));
  EXPECT_NE(std::string::npos, open.message().find(topic.name())) << open.message();
  EXPECT_EQ(CONNECTOR_BAD_CONFIG, sink.check(check));
  EXPECT_FALSE(topic.exists());
}

TEST_F(KafkaSink, A_check_creates_no_topic_and_works_before_open_beside_it_and_after_close) {
  TestTopic topic(0);
  SinkUnderTest sink(real_brokers(), topic.name());
  TestCall before, beside, after;
  EXPECT_EQ(CONNECTOR_OK, sink.check(before)) << before.message();
  EXPECT_FALSE(topic.exists());
  sink.open();
  EXPECT_EQ(CONNECTOR_OK, sink.check(beside)) << beside.message();
  sink.close();
  EXPECT_EQ(CONNECTOR_OK, sink.check(after)) << after.message();
}

TEST_F(KafkaSink, Its_identity_is_the_cluster_id_of_the_broker_and_the_topic) {
  TestTopic topic(1);
  SinkUnderTest sink(real_brokers(), topic.name()),
      other(std::string(real_brokers()) + "," + real_brokers(), topic.name());
  std::string identity, other_identity;
  for (auto [each, text] : {std::pair(&sink, &identity), std::pair(&other, &other_identity)}) {
    each->open();
    TestCall call(0);
    EXPECT_EQ(each->identity(*text, call), CONNECTOR_OK) << call.message();
  }
  EXPECT_EQ(identity, "kafka://" + sink.host.state()["cluster_id"] + "/" + topic.name());
  EXPECT_EQ(other_identity, identity);
}

TEST_F(KafkaSink, The_wrong_protocol_is_refused_in_words_and_in_time) {
  for (const char* protocol : {"ssl", "sasl_plaintext"}) {
    TestTopic topic;
    SinkUnderTest sink(real_brokers(), topic.name(),
                       {{"security_protocol", protocol},
                        {"sasl_mechanism", "PLAIN"},
                        {"sasl_username", "u"},
                        {"sasl_password", "not-to-be-shown"}});
    const Stopwatch watch;
    TestCall call(5000);
    const connector_code code = sink.open(call);
    EXPECT_TRUE(code == CONNECTOR_BAD_CONFIG || code == CONNECTOR_NOT_CONNECTED) << code;
    EXPECT_NE("", call.message());
    EXPECT_EQ(std::string::npos, call.message().find("not-to-be-shown"));
    EXPECT_LT(watch.elapsed().count(), 6000);
    RecordProperty(protocol, std::to_string(code) + " " + call.message());
  }
}

}  // namespace
}  // namespace kafka_test
