// The identity of the kafka sink: the cluster's own id and the topic, whatever the address says.
#include <gtest/gtest.h>

#include <future>

#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"

namespace kafka_test {
namespace {

class KafkaIdentity : public SinkOnMockCluster {
 protected:
  static std::string identity_of(SinkUnderTest& sink, std::uint32_t timeout_ms = 5000) {
    TestCall call(timeout_ms);
    std::string text;
    EXPECT_EQ(sink.identity(text, call), CONNECTOR_OK) << call.message();
    return text;
  }
  static std::string identity_after_open(const std::string& brokers, const std::string& topic) {
    SinkUnderTest sink(brokers, topic);
    sink.open();
    return identity_of(sink);
  }
  // Expects a failure with this code.
  static std::string failure_of(SinkUnderTest& sink, connector_code code,
                                std::uint32_t timeout_ms) {
    TestCall call(timeout_ms);
    std::string text;
    EXPECT_EQ(sink.identity(text, call), code) << text;
    EXPECT_EQ(text, "");
    return call.message();
  }
};

TEST_F(KafkaIdentity, It_is_the_id_of_the_cluster_and_the_topic) {
  sink.open();
  const auto state = sink.host.state();
  ASSERT_TRUE(state.contains("cluster_id"));
  EXPECT_FALSE(state.at("cluster_id").empty());
  EXPECT_EQ(identity_of(sink), "kafka://" + state.at("cluster_id") + "/" + topic);
}

TEST_F(KafkaIdentity, Every_spelling_of_the_brokers_gives_one_identity) {
  const std::string address = cluster.brokers(), port = address.substr(address.rfind(':'));
  const std::string expected = identity_after_open(address, topic);
  for (const std::string& brokers : {"localhost" + port, " 127.0.0.1" + port + " ,localhost" + port,
                                     "PLAINTEXT://127.0.0.1" + port})
    EXPECT_EQ(identity_after_open(brokers, topic), expected) << brokers;
}

TEST_F(KafkaIdentity, Another_topic_or_cluster_gives_another_identity) {
  MockCluster other;
  other.create_topic(topic, 1);
  cluster.create_topic(topic + "-2", 1);
  const std::string own = identity_after_open(cluster.brokers(), topic);
  EXPECT_NE(identity_after_open(cluster.brokers(), topic + "-2"), own);
  EXPECT_NE(identity_after_open(other.brokers(), topic), own);
}

TEST_F(KafkaIdentity, An_id_that_open_learned_needs_neither_time_nor_a_broker) {
  sink.open();
  cluster.down();
  const std::string expected = "kafka://" + sink.host.state()["cluster_id"] + "/" + topic;
  EXPECT_EQ(identity_of(sink, 0), expected);
  sink.cancel();
  EXPECT_EQ(identity_of(sink, 0), expected);
}

TEST_F(KafkaIdentity, An_unknown_id_is_queried_within_the_time_limit) {
  const std::string text = identity_of(sink);
  EXPECT_TRUE(text.starts_with("kafka://") && text.ends_with("/" + topic) &&
              !text.starts_with("kafka:///"))
      << text;
  cluster.down();
  EXPECT_EQ(identity_of(sink, 0), text) << "and is known from then on";
}

TEST_F(KafkaIdentity, An_unavailable_broker_is_not_connected_within_the_time_limit) {
  cluster.down();
  const Stopwatch watch;
  EXPECT_NE(failure_of(sink, CONNECTOR_NOT_CONNECTED, 300), "");
  EXPECT_NE(failure_of(sink, CONNECTOR_NOT_CONNECTED, 0), "");
  EXPECT_LT(watch.elapsed().count(), 3000);
}

TEST_F(KafkaIdentity, A_broker_that_answers_late_is_not_connected_at_the_time_limit) {
  cluster.delay_all(60'000);
  const Stopwatch watch;
  const std::string message = failure_of(sink, CONNECTOR_NOT_CONNECTED, 300);
  EXPECT_NE(message.find("in time"), std::string::npos) << message;
  EXPECT_LT(watch.elapsed().count(), 3000);
}

TEST_F(KafkaIdentity, Cancel_ends_a_query) {
  cluster.delay_all(60'000);
  const Stopwatch watch;
  auto canceller = std::async(
      std::launch::async, [&] { sink.cancel(); });  // before or during the call: both must end it
  failure_of(sink, CONNECTOR_RETRIABLE, 60'000);
  canceller.get();
  EXPECT_LT(watch.elapsed().count(), 5000);
}

TEST_F(KafkaIdentity, A_failed_open_forgets_the_id) {
  sink.open();
  identity_of(sink);
  sink.close();
  cluster.down();
  TestCall call(300);
  EXPECT_EQ(sink.open(call), CONNECTOR_NOT_CONNECTED);
  failure_of(sink, CONNECTOR_NOT_CONNECTED, 300);
}

}  // namespace
}  // namespace kafka_test
