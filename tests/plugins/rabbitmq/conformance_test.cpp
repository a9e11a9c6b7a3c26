// The SDK's rules for every source, and for every plugin.
#include "broker.hpp"
#include "connector/testing/exported_symbols.hpp"
#include "connector/testing/source_conformance.hpp"

namespace {

using namespace rabbitmq_test;

class RabbitmqConformance : public testing::TestWithParam<connector::testing::SourceRule> {};

TEST_P(RabbitmqConformance, Holds) {
  if (broker_port() == 0) GTEST_SKIP() << "CONNECTOR_TEST_RABBITMQ is not set";
  Queue queue;
  connector::testing::SourceSubject subject{
      rabbitmq_component(),
      connector::testing::with_defaults(rabbitmq_component(),
                                        {{"url", url_of(broker_port())}, {"queue", queue.name()}}),
      [&] { queue.publish_numbers(1, 4); }};
  try {
    GetParam().check(subject);
  } catch (const connector::testing::Violation& violation) {
    ADD_FAILURE() << violation.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RabbitmqConformance,
                         testing::ValuesIn(connector::testing::source_rules()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(RabbitmqPlugin, Exports_one_symbol) {
  EXPECT_EQ(connector::testing::exported_symbols(RABBITMQ_PLUGIN),
            std::vector<std::string>{"connector_plugin_v1"});
}

}  // namespace
