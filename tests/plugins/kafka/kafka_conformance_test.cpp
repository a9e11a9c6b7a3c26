// The kafka sink against the conformance suite for sinks, on a mock cluster.
#include <gtest/gtest.h>

#include <connector/testing/exported_symbols.hpp>
#include <connector/testing/sink_conformance.hpp>

#include "tests/plugins/kafka/mock_cluster.hpp"
#include "tests/plugins/kafka/sink_under_test.hpp"

namespace kafka_test {
namespace {

using namespace connector::testing;

TEST(KafkaPlugin, The_library_exports_one_symbol) {
  EXPECT_EQ(exported_symbols(KAFKA_PLUGIN), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
}

std::string config(const MockCluster& cluster) {
  return with_defaults(kafka_component(), {{"brokers", cluster.brokers()}, {"topic", "topic"}});
}

class KafkaConformance : public ::testing::TestWithParam<SinkRule> {};

TEST_P(KafkaConformance, Holds) {
  MockCluster cluster, slow;
  for (MockCluster* each : {&cluster, &slow}) each->create_topic("topic", 2);
  slow.fail_forever(MockCluster::produce_api, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  SinkSubject subject{kafka_component(), config(cluster), config(slow)};
  ASSERT_NO_THROW(GetParam().check(subject));
}

INSTANTIATE_TEST_SUITE_P(Rules, KafkaConformance, ::testing::ValuesIn(sink_rules()),
                         [](const auto& rule) { return std::string(rule.param.name); });

}  // namespace
}  // namespace kafka_test
