// The commands as a user gives them, most of them wrong: one clear line, the right exit code, no
// password, no hang.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "host/http/listen_socket.hpp"
#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class CommandTest : public LineTest {
 protected:
  void SetUp() override {}

  std::string file(const std::string& text) const {
    const std::string path = folder + "/t.yaml";
    std::ofstream(path) << text;
    return path;
  }
  static Finished host_command(std::vector<std::string> arguments,
                               const Environment& environment = {}) {
    arguments.insert(arguments.begin(), CONNECTOR_HOST);
    return integration::run(std::move(arguments), environment, 30s);
  }
  static std::string topology(const std::string& source,
                              const std::string& sink = "{ type: 'null' }") {
    return "connectors:\n  c:\n    id: none\n    source: " + source + "\n    sink: " + sink +
           "\nhttp: { listen: 127.0.0.1:0 }\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: "
           "/nonexistent/state\n";
  }
};

long lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST_F(CommandTest, Mistakes_in_a_topology_are_named_with_place_and_fix_and_exit_2) {
  const std::pair<std::string, std::string> rows[] = {
      {"connectors: [", "t.yaml:"},
      {topology("{ type: generatr }"), "generator"},
      {topology("{ type: generator, cuont: 5 }"), "count"},
      {topology("{ type: generator, count: many }"), "integer"},
      {topology("{ type: generator, count: 1 }") + "tasks: 3\n", "tasks"}};
  for (const auto& [text, word] : rows) {
    for (const char* command : {"validate", "run", "check"}) {
      const Finished finished = host_command({command, file(text)});
      EXPECT_EQ(finished.code, 2) << command << ": " << finished.output;
      EXPECT_NE(finished.output.find("t.yaml:"), std::string::npos) << finished.output;
      EXPECT_NE(finished.output.find(word), std::string::npos) << finished.output;
      EXPECT_EQ(lines(finished.output), 1) << finished.output;
    }
  }
}

// Every one of them at once, each at its option.
TEST_F(CommandTest, What_only_a_plugin_can_judge_is_named_with_place_and_fix_before_anything_runs) {
  const std::string mistakes =
      "connectors:\n  c:\n    source: { type: rabbitmq, url: 'http://h/', queue: q }\n    dedup: { "
      "type: redis, address: 'h:1', key_template: processed }\n"
      "    sink: { type: kafka, topic: no/topic }\nhttp: { listen: 127.0.0.1:0 }\nadmin: { listen: "
      "127.0.0.1:0 }\nstate_dir: " +
      folder + "/s\n";
  for (const char* command : {"validate", "run", "check"}) {
    const Finished finished = host_command({command, file(mistakes)});
    EXPECT_EQ(finished.code, 2) << command << ": " << finished.output;
    EXPECT_EQ(lines(finished.output), 3) << finished.output;
    for (const char* part :
         {"t.yaml:3:36: T032 connectors.c.source.url: URL 1 must begin with amqp",
          "t.yaml:4:57: T032 connectors.c.dedup.key_template: ",
          "t.yaml:5:33: T032 connectors.c.sink.topic: "})
      EXPECT_NE(finished.output.find(part), std::string::npos)
          << part << " is not in " << finished.output;
  }
  for (const char* command : {"validate", "check"})
    EXPECT_EQ(
        nlohmann::json::parse(host_command({command, file(mistakes), "--json"}).output)["problems"]
            .size(),
        3u)
        << command;
}

TEST_F(CommandTest, A_validation_warns_of_what_an_order_depends_on) {
  const auto text = [&](const std::string& of_connector, const std::string& of_source) {
    return "connectors:\n  c:\n    ordering: queue\n" + of_connector +
           "    source: { type: rabbitmq, url: 'amqp://u:p@h/', queue: q" + of_source +
           " }\n    sink: { type: kafka, brokers: 'h:1', topic: t }\nhttp: { listen: 127.0.0.1:0 "
           "}\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: " +
           folder + "/s\n";
  };
  const Finished both = host_command({"validate", file(text("    id: none\n", ""))});
  EXPECT_EQ(both.code, 0) << both.output;
  for (const char* part :
       {"t.yaml:5:13: warning: connectors.c.source: ordering: queue: ", "x-single-active-consumer",
        "t.yaml:6:11: warning: connectors.c.sink: ordering: queue: ", "partition"})
    EXPECT_NE(both.output.find(part), std::string::npos) << part << " is not in " << both.output;
  const std::string single = ", declare: active, arguments: { x-single-active-consumer: true }";
  const Finished neither =
      host_command({"validate", file(text("    key: { routing_key: true }\n", single))});
  EXPECT_EQ(neither.code, 0) << neither.output;
  EXPECT_EQ(neither.output.find("warning"), std::string::npos) << neither.output;
  const auto json = nlohmann::json::parse(
      host_command({"validate", file(text("    id: none\n", "")), "--json"}).output);
  EXPECT_EQ(json["warnings"].size(), 2u) << json;
  EXPECT_EQ(json["problems"].size(), 0u) << json;
}

TEST_F(CommandTest, A_plugin_that_keeps_no_order_is_named_before_anything_runs) {
  const std::string begin = "connectors:\n  c:\n    id: none\n",
                    end = "    source: { type: generator }\n    sink: { type: trial, path: " +
                          folder +
                          "/out.txt, unordered: true }\nplugin_dirs: [" TRANSFORM_DIR
                          "]\nhttp: { listen: 127.0.0.1:0 }\n"
                          "admin: { listen: 127.0.0.1:0 }\nstate_dir: " +
                          folder + "/s\n";
  for (const char* command : {"validate", "run"}) {
    const Finished finished = host_command({command, file(begin + "    ordering: queue\n" + end)});
    EXPECT_EQ(finished.code, 2) << command << ": " << finished.output;
    EXPECT_NE(finished.output.find("T032 connectors.c.sink.unordered: there is no order to keep"),
              std::string::npos)
        << finished.output;
  }
  EXPECT_EQ(host_command({"validate", file(begin + end)}).code, 0) << "nobody asks for an order";
}

TEST_F(CommandTest, A_plugin_that_is_missing_or_cut_off_is_named_with_its_folder) {
  std::filesystem::create_directory(folder + "/plugins");
  const std::string text = topology("{ type: cut }") + "plugin_dirs: [" + folder + "/plugins]\n";
  EXPECT_NE(host_command({"validate", file(text)}).output.find("T030"), std::string::npos);
  std::filesystem::copy_file(TRANSFORM_DIR "/passing_transform.so", folder + "/plugins/cut.so");
  std::filesystem::resize_file(folder + "/plugins/cut.so", 5000);
  const Finished finished = host_command({"validate", file(text)});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(lines(finished.output), 1) << finished.output;
  EXPECT_NE(finished.output.find(folder + "/plugins/cut.so"), std::string::npos) << finished.output;
}

TEST_F(CommandTest, The_topology_in_the_README_is_one) {
  std::ifstream in(std::filesystem::path(SHIPPED_TOPOLOGY).parent_path().parent_path() /
                   "README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), {}};
  const std::string fence = "```yaml\n";
  const std::size_t begin = readme.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const Finished finished = host_command(
      {"validate", file(readme.substr(begin + fence.size(),
                                      readme.find("```\n", begin + 8) - begin - fence.size()))});
  EXPECT_EQ(finished.code, 0) << finished.output;
}

TEST_F(CommandTest, A_topology_that_is_not_there_is_one_line_and_exit_2) {
  const Finished finished = host_command({"--topology", "/nonexistent.yaml"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(lines(finished.output), 1) << finished.output;
  EXPECT_EQ(host_command({"--tpology", "x"}).code, 2);
  EXPECT_EQ(host_command({}).code, 2);
}

TEST_F(CommandTest, Asked_for_help_version_plugins_or_schema_it_answers) {
  EXPECT_EQ(host_command({"--help"}).code, 0);
  EXPECT_NE(host_command({"--version"}).output.find("connector-host 0."), std::string::npos);
  const auto plugins = nlohmann::json::parse(host_command({"plugin", "list", "--json"}).output);
  EXPECT_GE(plugins.size(), 7u);
  EXPECT_NE(host_command({"plugin", "describe", "rabbitmq"}).output.find("prefetch"),
            std::string::npos);
  EXPECT_NE(host_command({"plugin", "describe", "rabbitmq"}).output.find("from 1 to 65535"),
            std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(
                host_command({"plugin", "describe", "generator", "--json"}).output)[0]["type"],
            "generator");
  EXPECT_NE(host_command({"plugin", "describe", "rabitmq"}).output.find("did you mean 'rabbitmq'?"),
            std::string::npos);
  EXPECT_NE(host_command({"--plugin-path", "/none/at/all", "plugin", "list"})
                .output.find("no such directory: /none/at/all"),
            std::string::npos);
  EXPECT_EQ(host_command({"plugin", "describe", "nothing"}).code, 2);
  EXPECT_TRUE(nlohmann::json::parse(host_command({"schema"}).output).contains("$schema"));
}

TEST_F(CommandTest, The_quick_start_ends_by_itself_with_every_record_accounted_for) {
  const Finished finished =
      host_command({"--topology", QUICKSTART_TOPOLOGY}, {{"HTTP_LISTEN", "127.0.0.1:0"},
                                                         {"ADMIN_LISTEN", "127.0.0.1:0"},
                                                         {"OUT", folder + "/out"},
                                                         {"DEAD", folder + "/dead"},
                                                         {"STATE_DIR", folder + "/state"}});
  EXPECT_EQ(finished.code, 0) << finished.output;
  std::ifstream out(folder + "/out"), dead(folder + "/dead");
  const auto count = [](std::ifstream& in) {
    return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
  };
  const long written = count(out), refused = count(dead);
  EXPECT_GT(written, 9000);
  EXPECT_GT(refused, 50);
  EXPECT_LT(written + refused, 10'000);  // the repeats are in neither
}

TEST_F(
    CommandTest,
    A_rejected_record_without_a_dead_letter_fails_the_task_and_where_it_is_not_restarted_exits_1) {
  const std::string text =
      "connectors:\n  c:\n    restart: { limit: 0 }\n    source: { type: generator, count: 5, "
      "poison: 1 }\n    sink: { type: 'null' }\nhttp: { listen: "
      "127.0.0.1:0 }\nadmin: { listen: "
      "127.0.0.1:0 }\nstate_dir: " +
      folder + "/s\n";
  const Finished finished = host_command({"run", file(text)});
  EXPECT_EQ(finished.code, 1) << finished.output;
  EXPECT_NE(finished.output.find("dead_letter"), std::string::npos) << finished.output;
}

TEST_F(CommandTest, A_task_that_never_worked_ends_the_process_and_the_log_says_why) {
  const std::string text =
      "connectors:\n  c:\n    source: { type: generator, count: 5 }\n    sink: { type: file, "
      "path: " +
      folder +
      "/missing/out }\nhttp: { listen: 127.0.0.1:0 }\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: " +
      folder + "/s\n";
  const Finished finished = host_command({"run", file(text)});
  EXPECT_EQ(finished.code, 1) << finished.output;
  EXPECT_NE(finished.output.find("create the directory"), std::string::npos) << finished.output;
  EXPECT_NE(finished.output.find("nothing is left to do: what FAILED is not started again"),
            std::string::npos)
      << finished.output;
}

TEST_F(CommandTest, A_port_that_is_taken_ends_a_run_with_1_and_one_line) {
  const connector_host::http::ListenSocket taken("127.0.0.1", 0);
  const std::string text =
      "connectors:\n  c:\n    source: { type: generator, count: 5 }\n    sink: { type: 'null' "
      "}\nhttp: { listen: 127.0.0.1:" +
      std::to_string(taken.port()) + " }\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: " + folder +
      "/s\n";
  const Finished finished = host_command({"run", file(text)});
  EXPECT_EQ(finished.code, 1) << finished.output;
  EXPECT_EQ(lines(finished.output), 1) << finished.output;
  EXPECT_NE(finished.output.find("cannot listen on 127.0.0.1:" + std::to_string(taken.port())),
            std::string::npos)
      << finished.output;
}

class CheckTest : public LineTest {
 protected:
  Finished check(Environment environment) {
    return integration::run({CONNECTOR_HOST, "check", SHIPPED_TOPOLOGY, "--json"}, environment,
                            60s);
  }
};

TEST_F(CheckTest, Asks_every_dependency_and_tells_unreachable_from_refused) {
  make_queue();
  make_topics();
  const Finished good = check(environment());
  EXPECT_EQ(good.code, 0) << good.output;
  EXPECT_EQ(nlohmann::json::parse(good.output).size(), 4u);

  Environment unreachable = environment();
  unreachable["KAFKA_BROKERS"] = "127.0.0.1:1";
  EXPECT_EQ(check(unreachable).code, 3);

  Environment refused = environment();
  refused["RABBITMQ_URL"] = "amqp://guest:canary-password@" + rabbitmq + "/";
  const Finished wrong = check(refused);
  EXPECT_EQ(wrong.code, 2) << wrong.output;
  EXPECT_EQ(wrong.output.find("canary-password"), std::string::npos);

  Environment missing = environment();
  missing["RABBITMQ_QUEUE"] = "no.such.queue";
  EXPECT_EQ(check(missing).code, 2);
}

TEST_F(CheckTest, A_refused_login_ends_a_run_with_the_reason_and_without_the_password) {
  Environment refused = environment();
  refused["RABBITMQ_URL"] = "amqp://guest:canary-password@" + rabbitmq + "/";
  refused["HTTP_LISTEN"] = refused["ADMIN_LISTEN"] = "127.0.0.1:0";
  const Finished finished =
      integration::run({CONNECTOR_HOST, "--topology", SHIPPED_TOPOLOGY}, refused, 60s);
  EXPECT_EQ(finished.code, 1) << finished.output;
  EXPECT_NE(finished.output.find("FAILED: source: "), std::string::npos) << finished.output;
  EXPECT_EQ(finished.output.find("canary-password"), std::string::npos) << finished.output;
}

}  // namespace
}  // namespace integration
