// connector-host itself with plugins that were built in other ways, throw, are broken, or are overwritten while it runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "tests/abi/scratch_plugins.hpp"
#include "tests/integration/http_get.hpp"
#include "tests/integration/program.hpp"
#include "tests/integration/scrape.hpp"

namespace connector_host::testing {
namespace {

using namespace std::chrono_literals;
using integration::eventually;
using integration::http_get;
using integration::metric;
using integration::Program;

class ProgramWithPlugins : public ::testing::Test {
 protected:
  // connectors: the part of a topology below that key.
  void start(const std::string& connectors) {
    const std::string file = scratch_.path() + "/t.yaml";
    std::ofstream(file) << "connectors:\n"
                        << connectors << "http: { listen: 127.0.0.1:" << (port_ = integration::free_port())
                        << " }\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: " << scratch_.path() << "/state\nplugin_dirs: [" << plugins_.path() << "]\n";
    host_ = std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", file}, integration::Environment{}, scratch_.path() + "/log");
  }
  double delivered() const { return metric(port_, "connector_host_records_delivered_total"); }
  bool delivers_more() const {
    const double before = delivered();
    return before >= 0 && eventually([&] { return delivered() > before; }, 10s);
  }
  void expect_it_ends_well_when_told() {
    host_->signal(SIGTERM);
    EXPECT_EQ(host_->wait(30s), 0) << host_->output();
  }
  std::ptrdiff_t lines(const std::string& name) const {
    const std::string text = integration::file_text(file(name));
    return std::count(text.begin(), text.end(), '\n');
  }
  std::string file(const std::string& name) const { return scratch_.path() + "/" + name; }

  ScratchPlugins plugins_, scratch_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Program> host_;
};

class ProgramWithForeignPlugins : public ProgramWithPlugins, public ::testing::WithParamInterface<const char*> {};

TEST_P(ProgramWithForeignPlugins, Carries_records_from_their_source_and_to_their_sink) {
  plugins_.add(GetParam());
  const bool plain = std::string_view(GetParam()) == "plain";
  start("  out:\n    workers: 1\n    id: none\n    source: " + std::string(plain ? "{ type: plain }" : "{ type: count, count: 1000 }") + "\n    transforms: [" +
        (plain ? "" : "{ type: reverse }") + "]\n    sink: { type: file, path: " + file("out") +
        " }\n  in:\n    id: none\n    source: { type: generator, count: 1000 }\n    sink: { type: " + (plain ? "plain" : "take") + " }\n");
  EXPECT_EQ(host_->wait(60s), 0) << host_->output();
  EXPECT_EQ(lines("out"), plain ? 10 : 1000);
  EXPECT_EQ(integration::file_text(file("out")).substr(0, 8), plain ? "record 0" : "1 :gnirt");
}

INSTANTIATE_TEST_SUITE_P(Abi, ProgramWithForeignPlugins, ::testing::Values("modern", "old_string", "static_libstdcxx", "plain"),
                         [](const auto& info) { return std::string(info.param); });

class ProgramWithThrowingPlugins : public ProgramWithPlugins, public ::testing::WithParamInterface<const char*> {};

// One connector for each role and each thing thrown; one beside them that works.
TEST_P(ProgramWithThrowingPlugins, Lives_on_says_what_was_thrown_and_ends_well) {
  plugins_.add(GetParam());
  std::string connectors = "  works:\n    id: none\n    source: { type: generator, rate: 500 }\n    sink: { type: 'null' }\n";
  for (const std::string what : {"error", "standard", "number"}) {
    const std::string thrower = "{ type: throwing, throws: " + what + " }", generator = "{ type: generator, rate: 100 }";
    connectors += "  source-" + what + ":\n    id: none\n    source: " + thrower + "\n    sink: { type: 'null' }\n";
    connectors += "  sink-" + what + ":\n    id: none\n    source: " + generator + "\n    sink: " + thrower + "\n";
    connectors += "  dedup-" + what + ":\n    source: " + generator + "\n    dedup: " + thrower + "\n    sink: { type: 'null' }\n";
    connectors += "  transform-" + what + ":\n    id: none\n    source: " + generator + "\n    transforms: [" + thrower + "]\n    sink: { type: 'null' }\n";
  }
  start(connectors);
  std::string health;
  const auto told = [&](const char* words) { return health.find(words) != std::string::npos; };
  EXPECT_TRUE(eventually(
      [&] {
        health = http_get(port_, "/health").body;
        return told("the far end is gone") && told("a standard exception with a text of some length") && told("threw something that is not a std::exception");
      },
      20s))
      << health << host_->output();
  EXPECT_EQ(http_get(port_, "/livez").status, 200);
  EXPECT_TRUE(eventually([&] { return integration::Scrape::of(port_).value("connector_host_records_delivered_total", {{"connector", "works"}}) > 100; }, 20s));
  expect_it_ends_well_when_told();
}

INSTANTIATE_TEST_SUITE_P(Abi, ProgramWithThrowingPlugins, ::testing::Values("throwing", "throwing_static", "throwing_old_string"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(ProgramWithPlugins, Works_beside_plugins_that_crash_hang_or_are_of_another_time) {
  for (const char* each : {"modern", "other_major", "no_write", "odd_zeros", "odd_wild", "odd_garbage", "constructor_throws", "constructor_aborts",
                           "constructor_exits", "constructor_crashes", "undefined_symbol", "missing_library"})
    plugins_.add(each);
  plugins_.write("truncated", ScratchPlugins::bytes_of("modern").substr(0, 5000));
  plugins_.write("empty", "");
  start("  c:\n    id: none\n    source: { type: count, count: 100 }\n    sink: { type: file, path: " + file("out") + " }\n");
  EXPECT_EQ(host_->wait(60s), 0) << host_->output();
  EXPECT_EQ(lines("out"), 100);
}

TEST_F(ProgramWithPlugins, Goes_on_when_a_plugin_is_overwritten_or_removed_while_it_is_in_use) {
  plugins_.add("modern", "used");
  start("  c:\n    id: none\n    source: { type: generator, rate: 2000 }\n    transforms: [{ type: reverse }]\n    sink: { type: take }\n");
  ASSERT_TRUE(eventually([&] { return delivered() > 100; }, 20s)) << host_->output();
  for (const std::string& bytes : {std::string(), std::string(100'000, '\xcc'), ScratchPlugins::bytes_of("modern_2")}) {
    plugins_.overwrite("used", bytes);
    EXPECT_TRUE(delivers_more()) << host_->output();
  }
  std::filesystem::remove(plugins_.path("used"));
  EXPECT_TRUE(delivers_more()) << host_->output();
  expect_it_ends_well_when_told();
}

}  // namespace
}  // namespace connector_host::testing
