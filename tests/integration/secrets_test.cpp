// A canary in every setting that a plugin declares to be a secret, in every place of a connector
// that it may stand in: nothing that the host says tells one. What to try is asked of the plugins:
// a new one's secrets are in here without a word about them.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/integration/canaries.hpp"
#include "tests/integration/openapi_document.hpp"
#include "tests/integration/rest_fixture.hpp"
#include "tests/integration/span_collector.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

// A secret option in one of the places of its component.
struct Setting {
  std::string type, role, option;

  std::string name() const { return role + "-" + type + "-" + option; }
};

// What a component has to have beside its secret. Nobody listens on port 1: so each has an error to
// tell of.
const std::map<std::string, std::string> needed = {
    {"rabbitmq", "queue: q"},
    {"rabbitmq.password", "queue: q, url: 'amqp://127.0.0.1:1/', user: u"},
    {"rabbitmq.management_url", "queue: q, url: 'amqp://127.0.0.1:1/'"},
    {"redis", "address: '127.0.0.1:1', user: u"},
    {"kafka", "brokers: '127.0.0.1:1', topic: t"},
    {"kafka.sasl_password",
     "brokers: '127.0.0.1:1', topic: t, security_protocol: sasl_plaintext, sasl_mechanism: PLAIN, "
     "sasl_username: u"},
    {"kafka.ssl_key_password", "brokers: '127.0.0.1:1', topic: t, security_protocol: ssl"}};

// Options that are URLs hold their secret as the password; what stands before it.
const std::map<std::string, std::string> before_password = {{"url", "amqp://user:"},
                                                            {"management_url", "http://user:"}};

class SecretsTest : public RestTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    RestTest::SetUp();
    ASSERT_NO_FATAL_FAILURE(ask_for_settings());
  }

  json told_by_program(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), CONNECTOR_HOST);
    return json::parse(run(std::move(arguments), environment).output, nullptr, false);
  }

  void ask_for_settings() {
    const std::map<std::string, std::vector<std::string>> roles = {
        {"source", {"source"}},
        {"dedup store", {"dedup"}},
        {"transform", {"transforms"}},
        {"sink", {"sink", "dead_letter"}}};
    for (const json& plugin : told_by_program({"plugin", "list", "--json"})) {
      for (const json& each : plugin.at("components")) types.insert(each.at("type"));
    }
    for (const std::string& type : types) {
      for (const json& component : told_by_program({"plugin", "describe", type, "--json"})) {
        for (const json& option : component.at("options")) {
          if (!option.value("secret", false)) continue;
          for (const std::string& role : roles.at(component.at("kind")))
            settings.push_back({type, role, option.at("name")});
        }
      }
    }
    ASSERT_GE(settings.size(), 8u) << "those that ship, and the transform that tells";
  }

  // A secret as it is written in the topology, by one of the ways to give it.
  std::string given(const Setting& setting, std::size_t way) {
    const std::string name = setting.name();
    if (before_password.contains(setting.option)) return in_url(setting, name);
    switch (way % 4) {
      case 0:
        return canaries.odd(name);
      case 1:
        return canaries.in_file(name, canaries.odd(name));
      case 2: {
        const std::string variable = "CANARY_" + std::to_string(way);
        environment[variable] = canaries.odd(name);
        return "${" + variable + "}";
      }
      default:
        return "${NOT_SET:-" + canaries.plain(name) + "}";
    }
  }

  std::string in_url(const Setting& setting, const std::string& name) {
    return before_password.at(setting.option) + canaries.odd_in_url(name) + "@127.0.0.1:1/";
  }

  // The component, its secret as it stands in the topology.
  std::string component(const Setting& setting, const std::string& secret) const {
    const auto found = needed.contains(setting.type + "." + setting.option)
                           ? needed.find(setting.type + "." + setting.option)
                           : needed.find(setting.type);
    return "{ type: " + setting.type + (found == needed.end() ? "" : ", " + found->second) + ", " +
           setting.option + ": '" + secret + "' }";
  }

  // A connector whose other parts need nothing, and that has something to set aside.
  std::string connector_with(const Setting& setting, const std::string& secret) const {
    std::map<std::string, std::string> parts = {
        {"source", "{ type: generator, rate: 50, poison: 0.5 }"},
        {"dedup", "{ type: memory }"},
        {"transforms", "[]"},
        {"sink", "{ type: 'null' }"},
        {"dead_letter",
         "{ type: file, format: json, path: " + folder + "/dead-" + setting.name() + ".txt }"},
    };
    parts[setting.role] = component(setting, secret);
    if (setting.role == "transforms") parts[setting.role] = "[" + parts[setting.role] + "]";
    std::string text = "  " + setting.name() + ":\n    id: { json: /event_id }\n";
    for (const auto& [part, value] : parts) text += "    " + part + ": " + value + "\n";
    return text;
  }

  std::string settings_of_host(const std::string& format) {
    return "http: { listen: 127.0.0.1:" + std::to_string(http_port) +
           " }\nmetrics: { compat: kafka-connect }\nstate_dir: " + folder +
           "/state\nlog: { level: debug, format: " + format +
           " }\nadmin:\n  listen: 127.0.0.1:" + std::to_string(admin_port) +
           "\n  tokens: { ci: " + token + " }\n  users: { ann: '" + canaries.odd("user") +
           "' }\n  read_only: { tokens: { g: '" +
           canaries.in_file("read-token", canaries.plain("read-token")) + "' } }\n";
  }

  Answer ask_as_admin(const std::string& method, const std::string& path,
                      const json& body = nullptr) const {
    Question question{
        method, path, body.is_null() ? "" : body.dump(), {{"Authorization", "Bearer " + token}}};
    if (!body.is_null()) question.headers.emplace_back("Content-Type", "application/json");
    return http_ask(admin_port, question, 20s);
  }

  // Every question that the admin API knows, of every connector.
  void expect_none_over_rest() const {
    const OpenApiDocument document(json::parse(ask_as_admin("GET", "/openapi.json").body));
    std::set<std::string> paths = {"/connectors?expand=status&expand=info", "/nothing"};
    const auto each_of = [&](const std::string& path, const std::string& parameter,
                             const auto& values) {
      const std::size_t at = path.find(parameter);
      for (const auto& each : values)
        paths.insert(std::string(path).replace(at, parameter.size(), each));
    };
    std::vector<std::string> names = {"failed"};
    for (const Setting& each : settings) names.push_back(each.name());
    for (std::string path : document.paths()) {
      if (!document.methods(path).contains("GET")) continue;
      if (const std::size_t task = path.find("{task}"); task != path.npos)
        path.replace(task, 6, "0");
      if (path.find("{connector}") != path.npos)
        each_of(path, "{connector}", names);
      else if (path.find("{plugin}") != path.npos)
        each_of(path, "{plugin}", types);
      else if (path.find("{logger}") != path.npos)
        each_of(path, "{logger}", std::vector<std::string>{"root"});
      else
        paths.insert(path);
    }
    EXPECT_GT(paths.size(), 60u);
    for (const std::string& path : paths) {
      const Answer answer = ask_as_admin("GET", path);
      EXPECT_NE(answer.status, 0) << path;
      EXPECT_NE(answer.status, 401) << path;
      canaries.expect_none_in(answer.head + answer.body, path);
    }
  }

  // A secret is changed over REST, well and badly.
  void expect_none_when_changed(const Setting& setting) {
    const std::string path = "/connectors/" + setting.name() + "/config";
    json config = json::parse(ask_as_admin("GET", path).body);
    std::set<std::string> keys;
    for (const auto& [key, value] : config.items()) {
      if (key.starts_with(setting.role + ".") && key.ends_with("." + setting.option))
        keys.insert(key);
    }
    ASSERT_EQ(keys.size(), 1u) << config;
    const bool is_url = before_password.contains(setting.option);
    const auto changed = [&](const std::string& why) {
      return is_url ? in_url(setting, why) : canaries.odd(why);
    };
    config[*keys.begin()] = changed("refused-" + setting.name());
    json refused = config;
    refused["sink.there_is_no_such_key"] = "x";
    const std::string type = config["connector.class"];
    for (const Answer& answer :
         {ask_as_admin("PUT", path, refused),
          ask_as_admin("POST", "/connectors", {{"name", "x"}, {"config", refused}})}) {
      EXPECT_EQ(answer.status, 400) << answer.body;
      canaries.expect_none_in(answer.body, "a refused configuration of " + setting.name());
    }
    canaries.expect_none_in(
        ask_as_admin("PUT", "/connector-plugins/" + type + "/config/validate", refused).body,
        "a validation of " + setting.name());

    config[*keys.begin()] = changed("taken-" + setting.name());
    for (const auto& [key, value] : config.items()) {  // a URL is an endpoint, and what is hidden
                                                       // beside it has to be given again
      if (is_url && key != *keys.begin() && key.starts_with(setting.role + ".") &&
          value == "********")
        value =
            key.ends_with("url") ? "amqp://127.0.0.1:1/" : canaries.odd("again-" + setting.name());
    }
    const Answer taken = ask_as_admin("PUT", path, config);
    EXPECT_EQ(taken.status, 200) << setting.name() << ": " << taken.body;
    canaries.expect_none_in(taken.body, "a configuration that was taken, " + setting.name());
  }

  // Every file of the host that holds one is its owner's alone.
  void expect_only_private_files_with_one() const {
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder + "/state")) {
      if (!file.is_regular_file()) continue;
      struct stat about{};
      ASSERT_EQ(::stat(file.path().c_str(), &about), 0) << file.path();
      EXPECT_EQ(about.st_mode & 077, 0u) << file.path() << " is open to others";
    }
  }

  std::vector<Setting> settings;
  std::set<std::string> types;
  std::string token;
  Environment environment = {{"CONNECTOR_PLUGIN_PATH", TRANSFORM_DIR}};
  Canaries canaries{folder};
};

TEST_P(SecretsTest,
       No_log_metric_span_health_status_configuration_or_error_tells_a_secret_of_a_plugin) {
  SpanCollector collector;
  token = canaries.plain("admin-token");
  const std::string collected =
      std::to_string(std::stoi(collector.endpoint().substr(collector.endpoint().rfind(':') + 1)));
  environment["OTEL_EXPORTER_OTLP_ENDPOINT"] =
      "http://user:" + canaries.odd_in_url("collector") + "@127.0.0.1:" + collected;
  environment["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20" + canaries.plain("otlp");
  environment["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = "x-key=" + canaries.plain("otlp-traces");
  environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json";
  environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
  std::string connectors;
  for (std::size_t i = 0; i < settings.size(); ++i)
    connectors += connector_with(settings[i], given(settings[i], i));
  const std::string of_host = settings_of_host(GetParam());
  std::ofstream(topology) << "connectors:\n" << connectors << of_host;

  host = std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", topology},
                                   environment, folder + "/host.log");
  ASSERT_TRUE(eventually([&] { return ask_as_admin("GET", "/").status == 200; }, 20s)) << log();
  // Each has come as far as it can: it says what is wrong, or it moves.
  for (const Setting& each : settings) {
    const std::string path = "/connectors/" + each.name() + "/status";
    const bool tells = eventually(
        [&] {
          const std::string body = ask_as_admin("GET", path).body;
          return body.find("last_error") != body.npos || body.find("FAILED") != body.npos ||
                 json::parse(body)["records"].value("dead_lettered", 0) > 0;
        },
        30s);
    EXPECT_TRUE(tells) << each.name() << ": " << ask_as_admin("GET", path).body;
  }
  json more = {{"connector.class", "generator"},
               {"source.rate", "1"},
               {"id", "none"},
               {"sink.type", "null"},
               {"transforms", "t"},
               {"transforms.t.type", "telling"},
               {"transforms.t.password", canaries.odd("without-dead-letter")}};
  EXPECT_EQ(ask_as_admin("POST", "/connectors", {{"name", "failed"}, {"config", more}}).status,
            201);
  const auto trace = [&] { return ask_as_admin("GET", "/connectors/failed/status").body; };
  EXPECT_TRUE(eventually(
      [&] { return trace().find("the password is [hidden]") != std::string::npos; }, 20s))
      << trace();
  more["transforms.t.fails"] = "true";
  more["transforms.t.password"] = canaries.odd("cannot-be-made");
  const std::string refused =
      ask_as_admin("POST", "/connectors", {{"name", "broken"}, {"config", more}}).body;
  EXPECT_NE(refused.find("cannot be made: the password is [hidden]"), std::string::npos) << refused;
  EXPECT_TRUE(eventually(
      [&] { return collector.text().find("the password is [hidden]") != std::string::npos; }, 20s))
      << "no span has a reason";
  EXPECT_NE(log().find("at work: the password is [hidden]"), std::string::npos)
      << "the transform that tells did not";

  canaries.expect_none_in(Scrape::of(http_port).text(), "/metrics");
  for (const char* const path : {"/health", "/livez", "/readyz", "/startupz"})
    canaries.expect_none_in(http_get(http_port, path).body, path);
  expect_none_over_rest();
  for (const Setting& each : settings)
    ASSERT_NO_FATAL_FAILURE(expect_none_when_changed(each)) << each.name();
  expect_none_over_rest();
  expect_only_private_files_with_one();

  std::ofstream(topology, std::ios::app)
      << "nothing: { password: " << canaries.plain("reloaded") << " }\n";
  canaries.expect_none_in(ask_as_admin("POST", "/admin/reload").body, "a refused reload");
  // A log-in that fails, over HTTP and by our own commands.
  canaries.expect_none_in(
      http_ask(admin_port, {"GET",
                            "/connectors",
                            "",
                            {{"Authorization", "Bearer " + canaries.plain("wrong-token")}}})
          .body,
      "a login");
  environment["CONNECTOR_HOST_TOKEN"] = canaries.plain("command-token");
  const std::string url = "127.0.0.1:" + std::to_string(admin_port);
  canaries.expect_none_in(
      run({CONNECTOR_HOST, "status", "--url", "http://" + url}, environment).output, "status");
  canaries.expect_none_in(run({CONNECTOR_HOST, "status", "--url",
                               "http://u:" + canaries.plain("command-url") + "@" + url},
                              environment)
                              .output,
                          "--url");
  environment.erase("CONNECTOR_HOST_TOKEN");

  EXPECT_EQ(stop_host(), 1) << "a task has failed";
  canaries.expect_none_in(collector.text(), "the spans");
  canaries.expect_none_in(log(), "the log");
  std::string dead_letters;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().filename().string().starts_with("dead-"))
      dead_letters += file_text(file.path());
  }
  EXPECT_NE(dead_letters.find("the password is [hidden]"), std::string::npos);
  canaries.expect_none_in(dead_letters, "the dead letters");
}

TEST_P(SecretsTest, No_command_tells_a_secret_of_a_topology_that_is_wrong) {
  token = canaries.plain("admin-token");
  const std::string of_host = settings_of_host(GetParam());
  // Right; of a kind that it cannot be; in a place that does not exist; and as what is no YAML at
  // all.
  std::map<std::string, std::string> wrong;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const std::string good = connector_with(settings[i], given(settings[i], i));
    wrong["an unknown key"] += good;
    std::string list = connector_with(settings[i], "HERE");
    list.replace(list.find("'HERE'"), 6,
                 "[ '" + canaries.odd("list-" + settings[i].name()) + "' ]");
    wrong["a list"] += list;
    std::string mapping = connector_with(settings[i], "HERE");
    mapping.replace(mapping.find("'HERE'"), 6,
                    "{ '" + canaries.odd("key-" + settings[i].name()) + "': x }");
    wrong["a mapping"] += mapping;
    wrong["no YAML"] += good;
  }
  wrong["an unknown key"] += "nothing: { password: " + canaries.plain("nothing") + " }\n";
  wrong["no YAML"] += "  last:\n    source: { type: rabbitmq, queue: q, password: \"" +
                      canaries.plain("no-yaml") + "\\q\n";
  for (const auto& [what, connectors] : wrong) {
    std::ofstream(topology, std::ios::trunc) << of_host << "connectors:\n" << connectors;
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"validate", topology}, {"check", topology}, {"run", topology}}) {
      std::vector<std::string> all = {CONNECTOR_HOST};
      all.insert(all.end(), command.begin(), command.end());
      const Finished finished = run(all, environment, 60s);
      EXPECT_NE(finished.code, 0) << command[0] << " of " << what;
      EXPECT_NE(finished.code, -1) << command[0] << " of " << what << " did not end";
      EXPECT_NE(finished.output, "");
      canaries.expect_none_in(finished.output, command[0] + " of " + what);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(LogFormats, SecretsTest, testing::Values("text", "json"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace integration
