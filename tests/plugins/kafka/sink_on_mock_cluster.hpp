#pragma once
// A topic of two partitions on a mock cluster, and a sink that writes to it. Each test has its own.
#include <gtest/gtest.h>

#include <future>

#include "tests/plugins/kafka/mock_cluster.hpp"
#include "tests/plugins/kafka/sink_under_test.hpp"

namespace kafka_test {

inline constexpr std::int16_t produce = MockCluster::produce_api;

class SinkOnMockCluster : public ::testing::Test {
 protected:
  SinkOnMockCluster() { cluster.create_topic(topic, 2); }

  static std::vector<TestRecord> numbered(int count) {
    std::vector<TestRecord> out;
    for (int i = 0; i < count; ++i)
      out.push_back({"id" + std::to_string(i), {}, "value " + std::to_string(i), {}, 0, {}});
    return out;
  }
  // A write on a thread of its own, whose batch is freed as soon as it has returned.
  static std::future<std::pair<connector_code, std::vector<connector_outcome>>> write_aside(
      SinkUnderTest& sink, int count, std::uint32_t timeout_ms) {
    return std::async(std::launch::async, [&sink, count, timeout_ms] {
      TestBatch batch(numbered(count));
      TestCall call(timeout_ms);
      const connector_code code = sink.write(batch, call);
      return std::pair(code, batch.outcomes);
    });
  }
  static std::size_t count(const std::vector<connector_outcome>& outcomes, connector_code code) {
    std::size_t out = 0;
    for (const connector_outcome& outcome : outcomes) out += outcome.code == code;
    return out;
  }
  // The first write makes the connection and the producer id, so that what follows is about the
  // fault alone.
  void expect_delivered(SinkUnderTest& sink, int records = 10) {
    TestBatch batch(numbered(records));
    TestCall call(15000);
    ASSERT_EQ(CONNECTOR_OK, sink.write(batch, call)) << call.message();
    ASSERT_EQ(batch.size(), batch.count(CONNECTOR_OK)) << call.reason(0);
  }

  MockCluster cluster;
  const std::string topic = unique_name("topic");
  SinkUnderTest sink{cluster.brokers(), topic};
};

}  // namespace kafka_test
