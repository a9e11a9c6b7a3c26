// What Kafka Connect's clients need of the admin API beyond its contract: each test is named after
// what a client would do without it. Their sources were read for it: kcctl, Kafbat UI, Redpanda
// Console, and Strimzi's operator.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "host/http/credentials.hpp"
#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;  // not const below: [] of a member that is missing is then null, and no crash

const std::set<std::string> task_states = {"RUNNING", "FAILED", "PAUSED", "RESTARTING",
                                           "UNASSIGNED"};

// By Kafka Connect's own login, which is basic authentication, and without one where the topology
// says that none is needed.
enum class Login { basic, none };

class ConnectClients : public LineTest, public testing::WithParamInterface<Login> {
 protected:
  void SetUp() override {  // needs no server: generator to null, and to a file
    port = free_port();
    std::ofstream(folder + "/t.yaml")
        << "connectors:\n  numbers:\n    tasks: 2\n    id: none\n    source: { type: generator, "
           "rate: 100 }\n    sink: { type: 'null' }\n"
        << "http: { listen: 127.0.0.1:0 }\nadmin: { " << admin() << "listen: 127.0.0.1:" << port
        << " }\nstate_dir: " << folder << "/state\n";
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"}, Environment{},
        folder + "/host.log");
    ASSERT_TRUE(reaches("numbers", "RUNNING", 2)) << log();
  }

  static std::string admin() {
    return GetParam() == Login::basic ? "users: { connect: a-password }, "
                                      : "unauthenticated: admin, ";
  }

  Answer ask(const std::string& method, const std::string& path, const json& body = nullptr) const {
    Question question{method, path, body.is_null() ? "" : body.dump(), {}};
    if (!body.is_null()) question.headers.emplace_back("Content-Type", "application/json");
    return ask(std::move(question));
  }
  Answer ask(Question question) const {
    if (GetParam() == Login::basic)
      question.headers.emplace_back(
          "Authorization", connector_host::http::basic_credentials("connect", "a-password"));
    return http_ask(port, question, 20s);
  }
  json get(const std::string& path) const {
    return json::parse(ask("GET", path).body, nullptr, false);
  }
  json status(const std::string& name) const { return get("/connectors/" + name + "/status"); }

  // The connector and that many tasks are in this state.
  bool reaches(const std::string& name, const std::string& state, std::size_t tasks) const {
    return eventually(
        [&] {
          json all = status(name);
          if (!all.is_object() || !all.contains("tasks") || all["connector"]["state"] != state ||
              all["tasks"].size() != tasks)
            return false;
          return std::all_of(all["tasks"].begin(), all["tasks"].end(),
                             [&](json& task) { return task["state"] == state; });
        },
        20s);
  }
  bool task_fails(const std::string& name) const {
    return eventually(
        [&] {
          json all = status(name);
          return all.contains("tasks") && all["tasks"].size() == 1 &&
                 all["tasks"][0]["state"] == "FAILED";
        },
        20s);
  }

  static json config(const json& more = json::object()) {
    json all = {{"connector.class", "generator"},
                {"tasks.max", "1"},
                {"source.rate", "100"},
                {"id", "none"},
                {"sink.type", "null"}};
    all.update(more);
    return all;
  }
  // Poison without a dead letter fails the task.
  static json failing() {
    return {{"connector.class", "generator"},
            {"source.poison", "1"},
            {"id.json", "/event_id"},
            {"sink.type", "null"}};
  }
  Answer create(const std::string& name, const json& settings) const {
    return ask("POST", "/connectors", {{"name", name}, {"config", settings}});
  }

  std::uint16_t port = 0;
};

INSTANTIATE_TEST_SUITE_P(Logins, ConnectClients, testing::Values(Login::basic, Login::none),
                         [](const auto& login) {
                           return login.param == Login::basic ? "Basic" : "None";
                         });

bool is_version(const std::string& text) {
  const std::size_t dot = text.find('.');
  return dot != std::string::npos && dot > 0 && text.find_first_not_of("0123456789") == dot &&
         std::isdigit(static_cast<unsigned char>(text[dot + 1]));
}

// ---- kcctl

TEST_P(ConnectClients, Kcctl_reads_two_numbers_from_the_version_and_offers_what_they_allow) {
  const std::string version = get("/")["version"];
  ASSERT_TRUE(is_version(version)) << version;
  EXPECT_GE(std::stoi(version), 4);
}

TEST_P(ConnectClients, Kcctl_sorts_by_type_and_name_so_every_status_has_them) {
  ASSERT_EQ(create("second", config()).status, 201);
  json all = get("/connectors?expand=status");
  for (auto [name, each] : all.items()) {
    EXPECT_TRUE(each["status"]["type"].is_string()) << name;
    EXPECT_EQ(each["status"]["name"], name);
    EXPECT_TRUE(each["status"]["connector"].is_object()) << name;
    EXPECT_TRUE(each["status"]["tasks"].is_array()) << name;
  }
}

TEST_P(ConnectClients, Kcctl_shows_the_trace_of_a_failed_task_so_there_is_one) {
  ASSERT_EQ(create("failing", failing()).status, 201);
  ASSERT_TRUE(task_fails("failing")) << status("failing");
  json task = status("failing")["tasks"][0];
  ASSERT_TRUE(task["trace"].is_string()) << task;
  EXPECT_FALSE(task["trace"].get<std::string>().empty());
  EXPECT_EQ(get("/connectors/failing/tasks/0/status")["trace"], task["trace"]);
}

TEST_P(ConnectClients, Kcctl_takes_the_first_entry_of_topics_so_there_is_one) {
  json topics = get("/connectors/numbers/topics");
  ASSERT_EQ(topics.size(), 1u);
  EXPECT_TRUE(topics["numbers"]["topics"].is_array());
}

TEST_P(ConnectClients, Kcctl_looks_up_the_configuration_of_every_task_of_the_status) {
  json tasks = get("/connectors/numbers/tasks");
  json now = status("numbers");
  for (json& task : now["tasks"]) {
    json id = {{"connector", "numbers"}, {"task", task["id"]}};
    const auto found =
        std::find_if(tasks.begin(), tasks.end(), [&](json& each) { return each["id"] == id; });
    ASSERT_NE(found, tasks.end()) << id;
    EXPECT_TRUE((*found)["config"].is_object());
  }
}

TEST_P(ConnectClients, Kcctl_knows_six_types_of_plugin_and_no_other) {
  const std::set<std::string> known = {
      "source", "sink", "transformation", "converter", "header_converter", "predicate"};
  json plugins = get("/connector-plugins?connectorsOnly=false");
  ASSERT_FALSE(plugins.empty());
  for (json& plugin : plugins) {
    EXPECT_TRUE(plugin["class"].is_string()) << plugin;
    EXPECT_TRUE(known.contains(plugin["type"].get<std::string>())) << plugin;
  }
}

TEST_P(ConnectClients, Kcctl_searches_the_message_of_every_error) {
  for (const auto& [method, path] : {std::pair{"GET", "/connectors/other"},
                                     {"GET", "/nothing"},
                                     {"DELETE", "/"},
                                     {"POST", "/connectors"},
                                     {"GET", "/connector-plugins/nothing/config"},
                                     {"GET", "/admin/loggers/no.such.logger"}}) {
    const Answer answer = ask(method, path);
    EXPECT_GE(answer.status, 400) << method << " " << path;
    json error = json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(error.is_object() && error["message"].is_string())
        << method << " " << path << " " << answer.body;
    EXPECT_EQ(error["error_code"], answer.status);
  }
}

TEST_P(ConnectClients, Kcctl_names_the_key_of_every_value_with_errors) {
  json judged = json::parse(ask("PUT", "/connector-plugins/generator/config/validate",
                                config({{"name", "x"}, {"not.there", "1"}}))
                                .body);
  EXPECT_GT(judged["error_count"], 0);
  for (json& each : judged["configs"]) {
    if (each["value"]["errors"].empty()) continue;
    ASSERT_TRUE(each["definition"].is_object()) << each;
    EXPECT_TRUE(each["definition"]["name"].is_string()) << each;
  }
}

TEST_P(ConnectClients, Kcctl_tells_an_unknown_class_by_how_the_message_begins) {
  const Answer answer = create("x", config({{"connector.class", "com.example.Nothing"}}));
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(json::parse(answer.body)["message"].get<std::string>().starts_with(
      "Failed to find any class that implements Connector"))
      << answer.body;
}

TEST_P(ConnectClients, Kcctl_counts_the_tasks_that_restart_in_the_answer) {
  const Answer answer =
      ask("POST", "/connectors/numbers/restart?includeTasks=true&onlyFailed=false");
  EXPECT_EQ(answer.status, 202);
  json restarting = json::parse(answer.body);
  ASSERT_EQ(restarting["tasks"].size(), 2u);
  for (json& task : restarting["tasks"]) EXPECT_EQ(task["state"], "RESTARTING");
  EXPECT_TRUE(reaches("numbers", "RUNNING", 2));
}

TEST_P(ConnectClients, Kcctl_reads_a_list_of_loggers_after_a_change_of_level) {
  const Answer answer = ask("PUT", "/admin/loggers/root", {{"level", "DEBUG"}});
  EXPECT_EQ(answer.status, 200);
  json changed = json::parse(answer.body);
  ASSERT_TRUE(changed.is_array());
  for (json& each : changed) EXPECT_TRUE(each.is_string());
  EXPECT_EQ(get("/admin/loggers/root")["level"], "DEBUG");
}

TEST_P(ConnectClients, Kcctl_asks_for_a_plugin_by_what_follows_the_last_dot) {
  for (json& plugin : get("/connector-plugins")) {
    const std::string name = plugin["class"];
    EXPECT_EQ(
        ask("GET", "/connector-plugins/" + name.substr(name.rfind('.') + 1) + "/config").status,
        200)
        << name;
  }
}

// ---- Kafbat UI

TEST_P(ConnectClients, Kafbat_requires_both_status_and_info_of_every_connector) {
  json all = get("/connectors?expand=info&expand=status");
  for (auto [name, each] : all.items()) {
    EXPECT_TRUE(each["info"].is_object()) << name;
    EXPECT_TRUE(each["status"].is_object()) << name;
  }
}

TEST_P(ConnectClients, Kafbat_knows_the_states_and_types_of_kafka_connect_and_no_other) {
  ASSERT_EQ(create("failing", failing()).status, 201);
  ASSERT_EQ(ask("POST", "/connectors",
                {{"name", "stopped"}, {"config", config()}, {"initial_state", "STOPPED"}})
                .status,
            201);
  ASSERT_TRUE(task_fails("failing"));
  std::set<std::string> connector_states = task_states;
  connector_states.insert("STOPPED");
  json all = get("/connectors?expand=info&expand=status");
  for (auto [name, each] : all.items()) {
    EXPECT_TRUE(connector_states.contains(each["status"]["connector"]["state"].get<std::string>()))
        << each;
    for (json& task : each["status"]["tasks"])
      EXPECT_TRUE(task_states.contains(task["state"].get<std::string>())) << each;
    for (const char* const part : {"info", "status"})
      EXPECT_TRUE(each[part]["type"] == "source" || each[part]["type"] == "sink") << each;
  }
}

TEST_P(ConnectClients, Kafbat_knows_the_kinds_of_configuration_keys_of_kafka_connect_and_no_other) {
  const std::set<std::string> types = {"BOOLEAN", "STRING", "INT",   "SHORT",   "LONG",
                                       "DOUBLE",  "LIST",   "CLASS", "PASSWORD"},
                              importances = {"HIGH", "MEDIUM", "LOW"},
                              widths = {"NONE", "SHORT", "MEDIUM", "LONG"};
  for (const char* const plugin : {"generator", "rabbitmq", "file"}) {
    json keys = get(std::string("/connector-plugins/") + plugin + "/config");
    ASSERT_TRUE(keys.is_array() && !keys.empty()) << plugin;
    for (json& key : keys) {
      EXPECT_TRUE(types.contains(key["type"].get<std::string>())) << key;
      EXPECT_TRUE(importances.contains(key["importance"].get<std::string>())) << key;
      EXPECT_TRUE(widths.contains(key["width"].get<std::string>())) << key;
    }
  }
}

TEST_P(ConnectClients, Kafbat_matches_the_tasks_of_info_and_status) {
  json both = get("/connectors?expand=info&expand=status")["numbers"];
  std::set<int> of_info, of_status;
  for (json& task : both["info"]["tasks"]) of_info.insert(task["task"].get<int>());
  for (json& task : both["status"]["tasks"]) of_status.insert(task["id"].get<int>());
  EXPECT_EQ(of_info, of_status);
  EXPECT_EQ(of_info.size(), 2u);
}

TEST_P(ConnectClients, Kafbat_shows_why_the_offsets_of_a_running_connector_stay) {
  const Answer answer = ask("DELETE", "/connectors/numbers/offsets");
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(json::parse(answer.body)["message"].get<std::string>().starts_with(
      "Connectors must be in the STOPPED state"))
      << answer.body;
}

TEST_P(ConnectClients, Kafbat_masks_by_keys_that_are_not_ours_so_no_secret_is_told) {
  json settings = {{"connector.class", "rabbitmq"},
                   {"source.url", "amqp://me:swordfish@127.0.0.1:1/"},
                   {"source.queue", "q"},
                   {"id", "none"},
                   {"sink.type", "null"}};
  const Answer made = ask("POST", "/connectors",
                          {{"name", "secret"}, {"config", settings}, {"initial_state", "STOPPED"}});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.body.find("swordfish"), std::string::npos) << made.body;
  for (const char* const path :
       {"/connectors/secret", "/connectors/secret/config", "/connectors/secret/tasks",
        "/connectors?expand=info&expand=status"})
    EXPECT_EQ(ask("GET", path).body.find("swordfish"), std::string::npos) << path;
}

// ---- Redpanda Console

TEST_P(ConnectClients, Redpanda_console_decodes_configurations_as_strings_only) {
  for (const char* const path : {"/connectors/numbers/config", "/connectors/numbers"}) {
    json answer = get(path), settings = answer.contains("config") ? answer["config"] : answer;
    for (auto [key, value] : settings.items()) EXPECT_TRUE(value.is_string()) << key;
  }
}

TEST_P(ConnectClients, Redpanda_console_calls_a_running_connector_without_tasks_unhealthy) {
  ASSERT_EQ(create("second", config()).status, 201);
  EXPECT_TRUE(eventually(
      [&] {
        json now = status("second");
        EXPECT_FALSE(now["connector"]["state"] == "RUNNING" && now["tasks"].empty()) << now;
        return now["connector"]["state"] == "RUNNING";
      },
      20s));
}

TEST_P(ConnectClients, Redpanda_console_sends_both_parameters_with_every_restart) {
  EXPECT_EQ(ask("POST", "/connectors/numbers/restart?includeTasks=false&onlyFailed=false").status,
            204);
  EXPECT_EQ(ask("POST", "/connectors/numbers/restart?includeTasks=true&onlyFailed=true").status,
            202);
}

TEST_P(ConnectClients, Redpanda_console_validates_under_the_class_that_it_was_listed) {
  for (json& plugin : get("/connector-plugins")) {
    if (plugin["type"] != "source") continue;
    const Answer answer =
        ask("PUT", "/connector-plugins/" + plugin["class"].get<std::string>() + "/config/validate",
            {{"name", "x"}, {"connector.class", plugin["class"]}});
    EXPECT_EQ(answer.status, 200) << plugin << answer.body;
  }
}

TEST_P(ConnectClients, Redpanda_console_shows_the_topic_of_kafka_topic) {
  ASSERT_EQ(ask("POST", "/connectors",
                {{"name", "to-kafka"},
                 {"config", config({{"sink.type", "kafka"},
                                    {"sink.brokers", "127.0.0.1:1"},
                                    {"sink.topic", "orders"}})},
                 {"initial_state", "STOPPED"}})
                .status,
            201);
  json read = get("/connectors/to-kafka/config");
  EXPECT_EQ(read["kafka.topic"], "orders");
  EXPECT_EQ(ask("PUT", "/connectors/to-kafka/config", read).status,
            200);  // it is sent back with the rest
}

// ---- Strimzi's operator

TEST_P(ConnectClients, Strimzi_creates_and_changes_by_putting_a_configuration) {
  EXPECT_EQ(ask("PUT", "/connectors/second/config", config()).status, 201);
  const Answer changed = ask("PUT", "/connectors/second/config", config({{"source.rate", "200"}}));
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(json::parse(changed.body)["config"]["source.rate"], "200");
}

TEST_P(ConnectClients, Strimzi_sends_back_what_it_read_and_nothing_changes) {
  json read = get("/connectors/numbers/config");
  const Answer answer = ask("PUT", "/connectors/numbers/config", read);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(get("/connectors/numbers/config"), read);
}

TEST_P(ConnectClients, Strimzi_deletes_and_asks_for_the_status_until_there_is_none) {
  ASSERT_EQ(create("second", config()).status, 201);
  EXPECT_EQ(
      ask(Question{"DELETE", "/connectors/second", "", {{"Content-Type", "application/json"}}})
          .status,
      204);
  EXPECT_TRUE(
      eventually([&] { return ask("GET", "/connectors/second/status").status == 404; }, 20s));
}

TEST_P(ConnectClients, Strimzi_takes_202_for_pause_and_resume_204_for_restarts_and_nothing_else) {
  EXPECT_EQ(ask("PUT", "/connectors/numbers/pause").status, 202);
  EXPECT_EQ(ask("PUT", "/connectors/numbers/resume").status, 202);
  EXPECT_EQ(ask("POST", "/connectors/numbers/restart").status, 204);
  EXPECT_EQ(ask("POST", "/connectors/numbers/tasks/1/restart").status, 204);
  EXPECT_EQ(ask("PUT", "/connectors/numbers/stop").status, 204);
  EXPECT_TRUE(reaches("numbers", "STOPPED", 0));
}

TEST_P(ConnectClients, Strimzi_lists_the_loggers_with_a_slash_and_finds_levels_only) {
  json loggers = get("/admin/loggers/");
  ASSERT_TRUE(loggers.contains("root")) << loggers;
  EXPECT_EQ(loggers["root"], get("/admin/loggers/root"));
  for (auto [name, logger] : loggers.items()) {
    EXPECT_TRUE(logger["level"].is_string()) << name;
    for (auto [member, value] : logger.items())
      EXPECT_TRUE(member == "level" || member == "last_modified") << name << " " << member;
  }
}

// ---- all of them

TEST_P(ConnectClients, A_name_with_a_slash_or_a_percent_sign_is_served_like_any_other) {
  for (const auto& [name, path] :
       {std::pair{"a/b", "/connectors/a%2Fb"}, {"50%", "/connectors/50%25"}}) {
    const Answer made = create(name, config());
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_TRUE(made.header("Location").ends_with(path)) << made.head;
    EXPECT_EQ(get(path)["name"], name);
    EXPECT_EQ(ask("DELETE", path).status, 204);
    EXPECT_EQ(ask("GET", std::string(path) + "/status").status, 404);
  }
}

TEST_P(ConnectClients, Clients_repeat_after_a_409_so_only_a_name_that_is_taken_gets_one) {
  EXPECT_EQ(create("numbers", config()).status, 409);
  ASSERT_EQ(ask("PUT", "/connectors/numbers/stop").status, 204);
  ASSERT_TRUE(reaches("numbers", "STOPPED", 0));
  for (const auto& [method, path] : {std::pair{"POST", "/connectors/numbers/tasks/0/restart"},
                                     {"POST", "/connectors/numbers/restart"},
                                     {"DELETE", "/connectors/numbers/offsets"}})
    EXPECT_NE(ask(method, path).status, 409) << path;
}

}  // namespace
}  // namespace integration
