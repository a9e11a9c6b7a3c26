// What users do to files while the host runs: drop them in, overwrite, truncate, replace and remove
// them.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "connector/testing/plugin_under_test.hpp"
#include "tests/abi/scratch_plugins.hpp"

namespace connector_host::testing {
namespace {

using connector::testing::FakeHost;
using connector::testing::SinkDriver;
using connector::testing::TestCall;

bool takes_a_record(const SinkDriver& sink) {
  connector_record record{};
  record.value = connector::view("a value that is longer than a short string can hold");
  connector_outcome outcome{CONNECTOR_RETRIABLE, 0, 0, 0};
  TestCall call;
  return sink.ops().write(sink.self(), &record, 1, &outcome, call) == CONNECTOR_OK &&
         outcome.code == CONNECTOR_OK;
}

std::string version_of(const plugin::FoundComponent& found) {
  return found ? std::string(found.library->version()) : "nothing";
}

TEST(ReplacedFile, A_library_that_is_overwritten_while_in_use_goes_on_working) {
  ScratchPlugins plugins;
  plugins.add("modern", "used");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  FakeHost host;
  SinkDriver sink(*catalog.find(CONNECTOR_SINK, "take").component, "{}", host);
  std::atomic<std::uint64_t> taken = 0;
  std::atomic<bool> failed = false, stop = false;
  std::thread user([&] {
    while (!stop) takes_a_record(sink) ? void(++taken) : void(failed = true);
  });
  const auto wait_for_more = [&] {
    for (const std::uint64_t from = taken; taken < from + 1000 && !failed;)
      std::this_thread::yield();
  };
  wait_for_more();
  for (int round = 0; round < 20; ++round) {
    plugins.overwrite("used", "");  // truncated to nothing
    wait_for_more();
    plugins.overwrite("used", std::string(100'000, '\xcc'));
    wait_for_more();
  }
  std::filesystem::remove(plugins.path("used"));
  wait_for_more();
  stop = true;
  user.join();
  EXPECT_FALSE(failed);
}

TEST(ReplacedFile, A_new_one_serves_those_who_ask_later_and_the_old_one_those_who_have_it) {
  ScratchPlugins plugins;
  plugins.add("modern", "used");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  FakeHost host;
  const plugin::FoundComponent before = catalog.find(CONNECTOR_SINK, "take");
  SinkDriver old_sink(*before.component, "{}", host);
  plugins.replace("modern_2", "used");
  const plugin::FoundComponent after = catalog.find(CONNECTOR_SINK, "take");
  EXPECT_EQ(version_of(before), "1.0.0");
  EXPECT_EQ(version_of(after), "2.0.0");
  SinkDriver new_sink(*after.component, "{}", host);
  EXPECT_TRUE(takes_a_record(old_sink));
  EXPECT_TRUE(takes_a_record(new_sink));
  // And back: the first content is still the first library.
  plugins.overwrite("used", ScratchPlugins::bytes_of("modern"));
  EXPECT_EQ(catalog.find(CONNECTOR_SINK, "take").library, before.library);
}

TEST(ReplacedFile, A_broken_one_is_listed_and_the_content_from_before_goes_on_serving) {
  ScratchPlugins plugins;
  plugins.add("modern", "used");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  plugins.overwrite("used", ScratchPlugins::bytes_of("modern_2").substr(0, 5000));
  EXPECT_EQ(version_of(catalog.find(CONNECTOR_SINK, "take")), "1.0.0");
  EXPECT_NE(entry_of(catalog, "used").error.find("truncated"), std::string::npos);
  EXPECT_EQ(entry_of(catalog, "used").version, "1.0.0");
  plugins.overwrite("used", ScratchPlugins::bytes_of("modern_2"));
  EXPECT_EQ(version_of(catalog.find(CONNECTOR_SINK, "take")), "2.0.0");
  EXPECT_EQ(entry_of(catalog, "used").error, "");
}

TEST(ReplacedFile, A_dropped_in_one_is_found_and_a_removed_one_is_not) {
  ScratchPlugins plugins;
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  EXPECT_FALSE(catalog.find(CONNECTOR_SINK, "plain"));
  EXPECT_NE(catalog.why_missing(CONNECTOR_SINK, "plain").find(plugins.path()), std::string::npos);
  plugins.add("plain");
  EXPECT_TRUE(catalog.find(CONNECTOR_SINK, "plain"));
  EXPECT_EQ(catalog.types(CONNECTOR_SINK), std::vector<std::string>{"plain"});
  std::filesystem::remove(plugins.path("plain"));
  EXPECT_FALSE(catalog.find(CONNECTOR_SINK, "plain"));
  EXPECT_TRUE(catalog.entries().empty());
}

// Each test below looks through one thread; this one looks through several, for the race detector.
TEST(ReplacedFile, Several_threads_may_ask_while_files_change) {
  ScratchPlugins plugins;
  plugins.add("plain");
  plugins.add("modern", "used");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  std::vector<std::thread> askers;
  std::atomic<int> missing = 0;
  for (int i = 0; i < 3; ++i)
    askers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        missing += !catalog.find(CONNECTOR_SINK, "take");
        missing += catalog.entries().size() != 2;
      }
    });
  for (int round = 0; round < 10; ++round)
    plugins.overwrite("used", ScratchPlugins::bytes_of(round % 2 ? "modern" : "modern_2"));
  for (std::thread& each : askers) each.join();
  EXPECT_EQ(missing, 0);
}

}  // namespace
}  // namespace connector_host::testing
