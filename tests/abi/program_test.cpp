// connector-host itself with plugins that were built in other ways, throw, are broken, or are
// overwritten while it runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

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
                        << connectors
                        << "http: { listen: 127.0.0.1:" << (port_ = integration::free_port())
                        << " }\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: " << scratch_.path()
                        << "/state\nplugin_dirs: [" << plugins_.path() << "]\n";
    host_ = std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", file},
                                      integration::Environment{}, scratch_.path() + "/log");
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

class ProgramWithForeignPlugins : public ProgramWithPlugins,
                                  public ::testing::WithParamInterface<const char*> {};

TEST_P(ProgramWithForeignPlugins, Carries_records_from_their_source_and_to_their_sink) {
  plugins_.add(GetParam());
  const bool plain = std::string_view(GetParam()) == "plain";
  start(
      "  out:\n    workers: 1\n    id: none\n    source: " +
      std::string(plain ? "{ type: plain }" : "{ type: count, count: 1000 }") +
      "\n    transforms: [" + (plain ? "" : "{ type: reverse }") +
      "]\n    sink: { type: file, path: " + file("out") +
      " }\n  in:\n    id: none\n    source: { type: generator, count: 1000 }\n    sink: { type: " +
      (plain ? "plain" : "take") + " }\n");
  EXPECT_EQ(host_->wait(60s), 0) << host_->output();
  EXPECT_EQ(lines("out"), plain ? 10 : 1000);
  EXPECT_EQ(integration::file_text(file("out")).substr(0, 8), plain ? "record 0" : "1 :gnirt");
}

INSTANTIATE_TEST_SUITE_P(Abi, ProgramWithForeignPlugins,
                         ::testing::Values("modern", "old_string", "static_libstdcxx", "plain"),
                         [](const auto& info) { return std::string(info.param); });

struct Throwing {
  const char* variant;
  bool from_open;  // else only from the calls that move records
};

class ProgramWithThrowingPlugins : public ProgramWithPlugins,
                                   public ::testing::WithParamInterface<Throwing> {
 protected:
  // One connector for each role.
  static std::string connectors_that_throw(const std::string& what) {
    const std::string thrower = "{ type: throwing, throws: " + what +
                                ", from_open: " + (GetParam().from_open ? "true" : "false") + " }";
    const std::string generator = "{ type: generator, rate: 100 }", null = "{ type: 'null' }";
    const auto connector = [&](const std::string& role, const std::string& parts) {
      return "  " + role + "-" + what + ": { drain_timeout: 1s, " + parts + " }\n";
    };
    return connector("source", "id: none, source: " + thrower + ", sink: " + null) +
           connector("sink", "id: none, source: " + generator + ", sink: " + thrower) +
           connector("dedup", "source: " + generator + ", dedup: " + thrower + ", sink: " + null) +
           connector("transform", "id: none, source: " + generator + ", transforms: [" + thrower +
                                      "], sink: " + null);
  }
  // Whether /health says these words about the component of this role, in the connector that is
  // named so.
  bool told(const std::string& role, const std::string& what, const std::string& words) const {
    const auto health = nlohmann::json::parse(http_get(port_, "/health").body, nullptr, false);
    if (health.is_discarded()) return false;
    for (const auto& task : health.at("tasks")) {
      if (task.at("connector") != role + "-" + what) continue;
      for (const auto& dependency : task.at("dependencies")) {
        if (dependency.at("name").get<std::string>().starts_with(role) &&
            dependency.value("error", "").find(words) != std::string::npos)
          return true;
      }
    }
    return false;
  }
  double delivered_by(const char* connector) const {
    return integration::Scrape::of(port_).value("connector_host_records_delivered_total",
                                                {{"connector", connector}});
  }
};

TEST_P(ProgramWithThrowingPlugins, Lives_on_says_what_was_thrown_and_ends_well) {
  const std::pair<std::string, std::string> throws[] = {
      {"error", "the far end is gone"},
      {"standard", "a standard exception with a text of some length"},
      {"number", "threw something that is not a std::exception"}};
  plugins_.add(GetParam().variant);
  std::string connectors =
      "  works: { id: none, source: { type: generator, rate: 500 }, sink: { type: 'null' } }\n";
  for (const auto& [what, words] : throws) connectors += connectors_that_throw(what);
  start(connectors);
  for (const auto& [what, words] : throws) {
    for (const char* role : {"source", "sink", "dedup", "transform"})
      EXPECT_TRUE(eventually([&] { return told(role, what, words); }, 20s))
          << role << " " << what << ": " << http_get(port_, "/health").body;
  }
  EXPECT_EQ(http_get(port_, "/livez").status, 200);
  const double before = delivered_by("works");
  EXPECT_TRUE(eventually([&] { return delivered_by("works") > before + 100; }, 20s));
  expect_it_ends_well_when_told();
}

INSTANTIATE_TEST_SUITE_P(Abi, ProgramWithThrowingPlugins,
                         ::testing::Values(Throwing{"throwing", true}, Throwing{"throwing", false},
                                           Throwing{"throwing_static", true},
                                           Throwing{"throwing_static", false},
                                           Throwing{"throwing_old_string", true},
                                           Throwing{"throwing_old_string", false}),
                         [](const auto& info) {
                           return std::string(info.param.variant) +
                                  (info.param.from_open ? "_from_open" : "_from_records");
                         });

TEST_F(ProgramWithPlugins, Works_beside_plugins_that_crash_end_the_process_or_are_of_another_time) {
  for (const char* each :
       {"modern", "other_major", "no_write", "odd_zeros", "odd_wild", "odd_garbage",
        "constructor_throws", "constructor_aborts", "constructor_exits", "constructor_crashes",
        "undefined_symbol", "missing_library"})
    plugins_.add(each);
  plugins_.write("truncated", ScratchPlugins::bytes_of("modern").substr(0, 5000));
  plugins_.write("empty", "");
  start(
      "  c:\n    id: none\n    source: { type: count, count: 100 }\n    sink: { type: file, "
      "path: " +
      file("out") + " }\n");
  EXPECT_EQ(host_->wait(60s), 0) << host_->output();
  EXPECT_EQ(lines("out"), 100);
}

TEST_F(ProgramWithPlugins, Goes_on_when_a_plugin_is_overwritten_or_removed_while_it_is_in_use) {
  plugins_.add("modern", "used");
  start(
      "  c:\n    id: none\n    source: { type: generator, rate: 2000 }\n    transforms: [{ type: "
      "reverse }]\n    sink: { type: take }\n");
  ASSERT_TRUE(eventually([&] { return delivered() > 100; }, 20s)) << host_->output();
  for (const std::string& bytes :
       {std::string(), std::string(100'000, '\xcc'), ScratchPlugins::bytes_of("modern_2")}) {
    plugins_.overwrite("used", bytes);
    EXPECT_TRUE(delivers_more()) << host_->output();
  }
  std::filesystem::remove(plugins_.path("used"));
  EXPECT_TRUE(delivers_more()) << host_->output();
  expect_it_ends_well_when_told();
}

}  // namespace
}  // namespace connector_host::testing
