// The examples that the documentation shows: they load, they keep the contract, and they are as short as it says.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <connector/testing/exported_symbols.hpp>
#include <connector/testing/sink_conformance.hpp>
#include <connector/testing/with_defaults.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace connector::testing;

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

long lines_in(const std::string& file) {
  const std::string text = text_of(file);
  return std::count(text.begin(), text.end(), '\n');
}

const connector_component& collect() {
  static const PluginUnderTest plugin(COLLECT_PLUGIN);
  return plugin.component(CONNECTOR_SINK, "collect");
}

const connector_component& lines() {
  static const PluginUnderTest plugin(LINES_PLUGIN);
  return plugin.component(CONNECTOR_SINK, "lines");
}

class AbiExamples : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(directory_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string file() const { return directory_ + "/out"; }

 private:
  std::string directory_ = std::filesystem::temp_directory_path() / "abi-examples-XXXXXX";
};

TEST_F(AbiExamples, A_sink_in_cpp_fits_into_25_lines) {
  EXPECT_GT(lines_in(LINES_SOURCE), 0);
  EXPECT_LE(lines_in(LINES_SOURCE), 25);
  EXPECT_GT(lines_in(TEMPLATE_SOURCE), 0);
  EXPECT_LE(lines_in(TEMPLATE_SOURCE), 25);
}

TEST_F(AbiExamples, Both_export_one_symbol) {
  EXPECT_EQ(exported_symbols(COLLECT_PLUGIN), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
  EXPECT_EQ(exported_symbols(LINES_PLUGIN), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
}

TEST_F(AbiExamples, The_sink_in_c_takes_records_and_counts_their_bytes) {
  SinkTrial sink(collect(), with_defaults(collect()));
  sink.open();
  SinkBatch batch({"one", "three"});
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(sink.host().metric(0), 8);
}

TEST_F(AbiExamples, The_sink_in_cpp_writes_lines) {
  SinkTrial sink(lines(), with_defaults(lines(), {{"path", file()}}));
  sink.open();
  SinkBatch batch({"one", "three"});
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(text_of(file()), "one\nthree\n");
}

TEST_F(AbiExamples, Both_keep_the_contract) {
  SinkSubject in_c{collect(), with_defaults(collect())}, in_cpp{lines(), with_defaults(lines(), {{"path", file()}})};
  for (const SinkRule& rule : sink_rules()) {
    EXPECT_NO_THROW(rule.check(in_c)) << rule.name;
    EXPECT_NO_THROW(rule.check(in_cpp)) << rule.name;
  }
}

}  // namespace
