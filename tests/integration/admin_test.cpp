// The admin API of a running host, as Kafka Connect's clients use it. Needs no server: generator to
// null.
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class AdminTest : public LineTest {
 protected:
  void SetUp() override {
    http_port = free_port();
    admin_port = free_port();
    std::ofstream(folder + "/t.yaml")
        << "connectors:\n  numbers:\n    id: none\n    source: { type: generator, count: 0, rate: "
           "1000 }\n    sink: { type: 'null' }\n"
        << "http: { listen: 127.0.0.1:" << http_port
        << " }\nadmin: { unauthenticated: admin, listen: 127.0.0.1:" << admin_port
        << " }\nstate_dir: " << folder << "/state\n";
    start();
  }
  void start() {
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"}, Environment{},
        folder + "/host.log");
    ASSERT_TRUE(eventually([&] { return get("/").status == 200; }, 20s)) << log();
  }
  Answer get(const std::string& path) const { return http_get(admin_port, path); }
  std::string task_state() const {
    const Answer answer = get("/connectors/numbers/status");
    if (answer.status != 200) return "";
    const json tasks = json::parse(answer.body)["tasks"];
    return tasks.empty() ? "" : tasks[0]["state"].get<std::string>();
  }
  std::string connector_state() const {
    return json::parse(get("/connectors/numbers/status").body)["connector"]["state"];
  }
  bool reaches(const std::string& state) const {
    return eventually([&] { return task_state() == state; }, 20s);
  }
};

TEST_F(AdminTest, A_connector_is_shown_in_the_shapes_that_clients_read) {
  ASSERT_TRUE(reaches("RUNNING")) << log();
  EXPECT_EQ(json::parse(get("/").body)["version"], "4.3.1");
  EXPECT_EQ(json::parse(get("/connectors").body), json::array({"numbers"}));
  EXPECT_EQ(json::parse(get("/connectors/").body), json::array({"numbers"}));
  const json info = json::parse(get("/connectors/numbers").body);
  EXPECT_EQ(info["name"], "numbers");
  EXPECT_EQ(info["type"], "source");
  EXPECT_EQ(info["tasks"], json::array({{{"connector", "numbers"}, {"task", 0}}}));
  EXPECT_EQ(info["config"]["connector.class"], "generator");
  EXPECT_EQ(info["config"]["source.rate"], "1000");
  const json config = json::parse(get("/connectors/numbers/config").body);
  for (const auto& [key, value] : config.items()) EXPECT_TRUE(value.is_string()) << key;
  const json status = json::parse(get("/connectors/numbers/status").body);
  EXPECT_EQ(status["connector"]["state"], "RUNNING");
  EXPECT_EQ(status["connector"]["worker_id"], "127.0.0.1:" + std::to_string(admin_port));
  EXPECT_EQ(status["health"], "healthy");
  const json both = json::parse(get("/connectors?expand=info&expand=status").body);
  EXPECT_EQ(both["numbers"]["info"], info);
  EXPECT_EQ(both["numbers"]["status"]["name"], "numbers");
  EXPECT_EQ(json::parse(get("/connectors/numbers/tasks").body)[0]["id"]["task"], 0);
  EXPECT_EQ(json::parse(get("/connectors/numbers/tasks/0/status").body)["id"], 0);
  EXPECT_TRUE(json::parse(get("/connectors/numbers/topics").body)["numbers"]["topics"].is_array());
}

TEST_F(AdminTest, What_is_not_there_is_an_error_that_clients_can_read) {
  for (const auto& [method, path, status] : {std::tuple{"GET", "/connectors/other", 404},
                                             {"GET", "/connectors/other/status", 404},
                                             {"GET", "/connectors/numbers/tasks/7/status", 404},
                                             {"PUT", "/connectors/other/pause", 404},
                                             {"GET", "/nothing", 404},
                                             {"POST", "/connectors", 400},
                                             {"DELETE", "/connectors/other", 404},
                                             {"GET", "/connectors/numbers/pause", 405}}) {
    const Answer answer = http_send(admin_port, method, path);
    EXPECT_EQ(answer.status, status) << method << " " << path;
    EXPECT_EQ(json::parse(answer.body)["error_code"], status);
    EXPECT_FALSE(json::parse(answer.body)["message"].get<std::string>().empty());
  }
}

TEST_F(AdminTest, A_body_that_is_no_JSON_is_refused_with_the_place_of_the_mistake) {
  const Answer answer = http_ask(
      admin_port, {"POST", "/connectors", "{\"name\":", {{"Content-Type", "application/json"}}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(json::parse(answer.body)["message"].get<std::string>().starts_with(
      "the body is not JSON: parse error at line 1, column 9"))
      << answer.body;
}

TEST_F(AdminTest, A_validation_tells_which_values_a_key_may_have) {
  const json config = {{"name", "more"},
                       {"connector.class", "generator"},
                       {"sink.type", "null"},
                       {"id", "none"},
                       {"ordering", "sideways"}};
  const Answer answer = http_ask(admin_port, {"PUT",
                                              "/connector-plugins/generator/config/validate",
                                              config.dump(),
                                              {{"Content-Type", "application/json"}}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json report = json::parse(answer.body);
  json values = json::object();
  for (const json& each : report["configs"])
    values[each["value"]["name"].get<std::string>()] = each["value"];
  EXPECT_EQ(values["ordering"]["recommended_values"],
            json::array({"source", "key", "queue", "none"}));
  EXPECT_EQ(values["ordering"]["errors"].size(), 1u);
  EXPECT_NE(values["sink.type"]["recommended_values"].dump().find("\"kafka\""), std::string::npos);
  EXPECT_EQ(values["source.rate"]["recommended_values"], json::array());
}

TEST_F(AdminTest, Of_a_plugin_there_is_one_version_to_ask_for) {
  const std::string version = json::parse(get("/connector-plugins").body)[0]["version"];
  EXPECT_EQ(get("/connector-plugins/generator/config?version=" + version).status, 200);
  EXPECT_EQ(get("/connector-plugins/generator/config?version=latest").status, 200);
  const Answer other = get("/connector-plugins/generator/config?version=0.0.7");
  EXPECT_EQ(other.status, 400);
  EXPECT_NE(other.body.find("only " + version), std::string::npos) << other.body;
}

TEST_F(AdminTest, The_configuration_that_holds_has_the_defaults_and_who_may_log_in) {
  const json config = json::parse(get("/admin/config").body);
  EXPECT_EQ(config["connectors"]["numbers"]["source.rate"], "1000");
  EXPECT_EQ(config["connectors"]["numbers"]["drain_timeout"], "20s") << "which nobody wrote";
  EXPECT_EQ(config["connectors"]["numbers"]["retry.max"], "30s");
  EXPECT_EQ(config["connectors"]["numbers"]["decode_limit"], "16MiB");
  EXPECT_FALSE(config["connectors"]["numbers"].contains("dedup.lease")) << "it has no dedup store";
  EXPECT_FALSE(config["connectors"]["numbers"].contains("dead_letter.on_too_large"))
      << "it has no dead letter";
  EXPECT_EQ(config["admin"]["allow_unauthenticated"], false);
  EXPECT_EQ(config["admin"]["tokens"], json::object());
}

TEST_F(AdminTest, A_page_with_a_name_of_its_own_is_not_answered) {
  ASSERT_TRUE(reaches("RUNNING")) << log();
  EXPECT_EQ(http_send(admin_port, "PUT", "/connectors/numbers/pause", "evil.example:8083").status,
            403);
  EXPECT_EQ(
      http_send(admin_port, "GET", "/connectors", "127.0.0.1:" + std::to_string(admin_port)).status,
      200);
  EXPECT_EQ(connector_state(), "RUNNING");
}

TEST_F(AdminTest, A_paused_connector_takes_nothing_until_it_is_resumed) {
  ASSERT_TRUE(reaches("RUNNING")) << log();
  EXPECT_EQ(http_send(admin_port, "PUT", "/connectors/numbers/pause").status, 202);
  ASSERT_TRUE(reaches("PAUSED")) << log();
  EXPECT_EQ(http_send(admin_port, "PUT", "/connectors/numbers/pause").status, 202);
  EXPECT_EQ(in_flight(), 0);
  const double before = received();
  EXPECT_EQ(http_send(admin_port, "PUT", "/connectors/numbers/resume").status, 202);
  EXPECT_TRUE(reaches("RUNNING")) << log();
  EXPECT_TRUE(eventually([&] { return received() > before; }, 20s));
}

TEST_F(AdminTest, Killed_while_paused_it_is_still_paused_when_it_comes_back) {
  ASSERT_TRUE(reaches("RUNNING")) << log();
  EXPECT_EQ(http_send(admin_port, "PUT", "/connectors/numbers/pause").status, 202);
  host->signal(SIGKILL);
  ASSERT_TRUE(host->wait(10s).has_value());
  start();
  EXPECT_TRUE(eventually([&] { return connector_state() == "PAUSED"; }, 20s)) << log();
  EXPECT_EQ(json::parse(get("/connectors/numbers/status").body)["tasks"], json::array());
  EXPECT_EQ(http_send(admin_port, "PUT", "/connectors/numbers/resume").status, 202);
  EXPECT_TRUE(reaches("RUNNING")) << log();
}

TEST_F(AdminTest, What_is_ending_is_not_resumed) {
  ASSERT_TRUE(reaches("RUNNING")) << log();
  host->signal(SIGTERM);
  http_send(admin_port, "PUT", "/connectors/numbers/resume");
  EXPECT_EQ(host->wait(20s), 0) << log();
}

TEST_F(AdminTest, A_word_that_is_no_level_is_answered_by_those_that_are) {
  const auto set = [&](const std::string& level) {
    return http_ask(admin_port, {"PUT",
                                 "/admin/loggers/root",
                                 json{{"level", level}}.dump(),
                                 {{"Content-Type", "application/json"}}});
  };
  EXPECT_EQ(set("LOUD").status, 404);
  EXPECT_EQ(
      json::parse(set("LOUD").body)["message"],
      "invalid log level 'LOUD'. The levels are TRACE, DEBUG, INFO, WARN, ERROR, FATAL and OFF.");
  for (const char* each : {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"})
    EXPECT_EQ(set(each).status, 200) << each;
}

}  // namespace
}  // namespace integration
