// The null sink through its C table.
#include <gtest/gtest.h>
#include <connector/testing/exported_symbols.hpp>
#include <connector/testing/sink_conformance.hpp>
#include <connector/testing/with_defaults.hpp>

#include <string>
#include <vector>

namespace {

using namespace connector::testing;

const connector_component& null_sink() {
  static const PluginUnderTest plugin(PLUGIN_FILE);
  return plugin.component(CONNECTOR_SINK, "null");
}

std::string config(Settings settings = {}) {
  return with_defaults(null_sink(), std::move(settings));
}

TEST(NullSink, The_library_exports_one_symbol) {
  EXPECT_EQ(exported_symbols(PLUGIN_FILE), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
}

TEST(NullSink, It_takes_everything_and_counts_it) {
  SinkTrial sink(null_sink(), config());
  sink.open();
  SinkBatch batch({"one", "three"});
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(sink.host().metric(0), 2);
  EXPECT_EQ(sink.host().metric(1), 8);
}

TEST(NullSink, A_write_takes_its_latency) {
  SinkTrial sink(null_sink(), config({{"latency", "30ms"}}));
  sink.open();
  SinkBatch batch({"one"});
  const detail::Stopwatch watch;
  sink.write(batch);
  EXPECT_GE(watch.passed(), std::chrono::milliseconds(30));
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
}

TEST(NullSink, A_write_that_ends_before_its_latency_took_nothing) {
  SinkTrial sink(null_sink(), config({{"latency", "10m"}}));
  sink.open();
  SinkBatch batch({"one"});
  TestCall call(10);
  EXPECT_EQ(sink.write(batch, call), CONNECTOR_OK);
  EXPECT_EQ(batch.code(0), CONNECTOR_RETRIABLE);
  EXPECT_FALSE(batch.maybe_delivered(0));
  EXPECT_FALSE(call.reason(0).empty());
  EXPECT_EQ(sink.host().metric(0), 0);
}

TEST(NullSink, Every_instance_has_the_same_identity) {
  SinkTrial one(null_sink(), config()), other(null_sink(), config({{"latency", "1ms"}}));
  EXPECT_EQ(identity_of(one), "null");
  EXPECT_EQ(identity_of(other), "null");
}

class NullConformance : public ::testing::TestWithParam<SinkRule> {};

TEST_P(NullConformance, Holds) {
  SinkSubject subject{null_sink(), config(), config({{"latency", "10m"}})};
  ASSERT_NO_THROW(GetParam().check(subject));
}

INSTANTIATE_TEST_SUITE_P(Rules, NullConformance, ::testing::ValuesIn(sink_rules()),
                         [](const auto& rule) { return std::string(rule.param.name); });

}  // namespace
