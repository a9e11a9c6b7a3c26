// Everything that the file plugin opens, lists or looks at goes through the host, which may refuse
// it.
#include <gtest/gtest.h>
#include <connector/testing/sink_trial.hpp>
#include <connector/testing/source_trial.hpp>
#include <connector/testing/with_defaults.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/plugins/file/followed_file.hpp"

namespace {

using namespace connector::testing;
using file_test::file_source;
using file_test::FollowedFile;

const connector_component& appending_sink() {
  static const PluginUnderTest plugin(PLUGIN_FILE);
  return plugin.component(CONNECTOR_SINK, "file");
}

bool opened(const FakeHost& host, const std::string& path) {
  const auto all = host.opened_files();
  return std::find(all.begin(), all.end(), path) != all.end();
}

class FileAccess : public FollowedFile {
 protected:
  // What open and check answer in a host that allows nothing here.
  template <class Driver>
  static void expect_refused(const connector_component& component, const std::string& config) {
    FakeHost host;
    host.confine_files_to("/nowhere/");
    Driver driver(component, config, host);
    for (const bool checks : {false, true}) {
      TestCall call;
      const connector_code code =
          checks ? driver.lifecycle().check(driver.self(), call) : driver.open(call);
      EXPECT_EQ(code, CONNECTOR_BAD_CONFIG) << call.message();
      EXPECT_NE(call.message().find("the test allows no such file"), std::string::npos)
          << call.message();
    }
  }
};

TEST_F(FileAccess, The_source_opens_its_file_and_the_rotated_ones_through_the_host) {
  const auto host = std::make_shared<FakeHost>();
  append_text(path_, "one\n");
  SourceTrial source(file_source(), config(), host);
  source.open();
  EXPECT_EQ(take(source, 1), file_test::Values{"one"});
  std::filesystem::rename(path_, path_ + ".1");
  append_text(path_, "two\n");
  EXPECT_EQ(take(source, 1), file_test::Values{"two"});
  EXPECT_TRUE(opened(*host, path_));
  EXPECT_TRUE(opened(*host, path_ + ".1"));
  EXPECT_TRUE(opened(*host, std::filesystem::path(path_).parent_path()));
}

TEST_F(FileAccess, The_sink_opens_its_file_and_its_folder_through_the_host) {
  SinkTrial sink(appending_sink(), with_defaults(appending_sink(), {{"path", path_}}));
  sink.open();
  EXPECT_TRUE(opened(sink.host(), path_));
  EXPECT_TRUE(opened(sink.host(), std::filesystem::path(path_).parent_path()));
}

TEST_F(FileAccess, What_the_host_refuses_is_not_opened) {
  append_text(path_, "one\n");
  expect_refused<SourceDriver>(file_source(), config());
  const std::string out = path_ + ".out";
  expect_refused<SinkDriver>(appending_sink(), with_defaults(appending_sink(), {{"path", out}}));
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
