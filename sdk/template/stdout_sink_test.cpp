// The sink as a host uses it: through the library that was built, and by the contract's own rules.
#include <gtest/gtest.h>
#include <connector/testing/exported_symbols.hpp>
#include <connector/testing/sink_conformance.hpp>
#include <connector/testing/with_defaults.hpp>

#include <string>
#include <vector>

namespace {

using namespace connector::testing;

const connector_component& stdout_sink() {
  static const PluginUnderTest plugin(PLUGIN_FILE);
  return plugin.component(CONNECTOR_SINK, "stdout");
}

TEST(StdoutSink, It_prints_every_value) {
  SinkTrial sink(stdout_sink(), with_defaults(stdout_sink(), {{"prefix", "> "}}));
  sink.open();
  SinkBatch batch({"one", "two"});
  testing::internal::CaptureStdout();
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "> one\n> two\n");
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
}

TEST(StdoutSink, It_keeps_the_contract) {
  SinkSubject subject{stdout_sink(), with_defaults(stdout_sink())};
  for (const SinkRule& rule : sink_rules()) EXPECT_NO_THROW(rule.check(subject)) << rule.name;
}

TEST(StdoutSink, The_library_exports_one_symbol) {
  EXPECT_EQ(exported_symbols(PLUGIN_FILE), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
}

}  // namespace
