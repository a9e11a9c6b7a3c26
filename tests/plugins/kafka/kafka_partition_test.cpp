// The partitions that the kafka sink's records without a key go to, on a mock cluster.
#include <algorithm>
#include <set>

#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"
#include "tests/plugins/kafka/topic_reader.hpp"

namespace kafka_test {
namespace {

class KafkaPartition : public SinkOnMockCluster {
 protected:
  static constexpr int partitions = 6;

  KafkaPartition() { cluster.create_topic(wide, partitions); }
  void write(SinkUnderTest& sink, int writes, int records_per_write,
             const Bytes& destination = {}) {
    for (int i = 0; i < writes; ++i) {
      std::vector<TestRecord> records = numbered(records_per_write);
      for (TestRecord& record : records) record.destination = destination;
      TestBatch batch(records);
      TestCall call(15000);
      ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
      ASSERT_EQ(batch.size(), batch.count(CONNECTOR_OK)) << call.reason(0);
    }
  }
  std::vector<int> counts() const {
    std::vector<int> out(partitions);
    for (const ReadMessage& message : TopicReader(cluster.brokers(), wide).read_all())
      ++out[std::size_t(message.partition)];
    return out;
  }
  void expect_even(int per_partition) const {
    for (const int count : counts()) EXPECT_NEAR(per_partition, count, 0.3 * per_partition);
  }

  const std::string wide = unique_name("wide");
};

TEST_F(KafkaPartition, Records_without_a_key_spread_evenly_with_small_writes) {
  SinkUnderTest keyless(cluster.brokers(), wide, {{"key", "none"}});
  keyless.open();
  write(keyless, 120, 10);
  expect_even(200);
}

TEST_F(KafkaPartition, Records_without_a_key_spread_evenly_with_large_writes) {
  SinkUnderTest keyless(cluster.brokers(), wide, {{"key", "none"}});
  keyless.open();
  write(keyless, 12, 200);
  expect_even(400);
}

TEST_F(KafkaPartition, Records_without_a_key_spread_evenly_over_the_topic_they_name) {
  SinkUnderTest keyless(cluster.brokers(), topic, {{"key", "none"}});
  keyless.open();
  write(keyless, 120, 10, wide);
  expect_even(200);
}

TEST_F(KafkaPartition, Records_without_a_key_make_one_request_a_write) {
  SinkUnderTest keyless(cluster.brokers(), wide, {{"key", "none"}});
  keyless.open();
  write(keyless, 1, 1);
  write(keyless, 1, 100);
  const std::vector<int> found = counts();
  EXPECT_EQ(1, std::count_if(found.begin(), found.end(), [](int count) { return count >= 100; }));
}

TEST_F(KafkaPartition, What_the_user_sets_decides) {
  // Without a key: to one partition for a minute, and to the partition of an empty key.
  for (const char* properties :
       {R"({"sticky.partitioning.linger.ms":"60000"})", R"({"partitioner":"murmur2"})"}) {
    MockCluster fresh;
    fresh.create_topic(wide, partitions);
    SinkUnderTest keyless(fresh.brokers(), wide, {{"key", "none"}, {"properties", properties}});
    keyless.open();
    write(keyless, 20, 10);
    std::set<int> used;
    for (const ReadMessage& message : TopicReader(fresh.brokers(), wide).read_all())
      used.insert(message.partition);
    EXPECT_EQ(1u, used.size()) << properties;
  }
}

}  // namespace
}  // namespace kafka_test
