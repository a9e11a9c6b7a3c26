// A canary in every setting that is a secret, however it is given: nothing that the host says tells one of them.
#include <fstream>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class SecretsTest : public RestTest {
 protected:
  // A secret that the test looks for from now on.
  std::string canary(const std::string& place) {
    canaries.push_back("Canary-" + place + "-4711");
    return canaries.back();
  }
  std::string in_file(const std::string& place) {
    std::ofstream(folder + "/" + place) << canary(place) << "\n";
    return "${file:" + folder + "/" + place + "}";
  }
  void expect_none_in(const std::string& text, const std::string& where) const {
    for (const std::string& each : canaries) EXPECT_EQ(text.find(each), std::string::npos) << each << " is in " << where << ":\n" << text.substr(0, 3000);
  }
  Answer ask_as_admin(const std::string& method, const std::string& path, const json& body = nullptr) const {
    Question question{method, path, body.is_null() ? "" : body.dump(), {{"Authorization", "Bearer " + admin_token}}};
    if (!body.is_null()) question.headers.emplace_back("Content-Type", "application/json");
    return http_ask(admin_port, question, 20s);
  }
  // A line to servers that are not there, so that every dependency has an error to tell of.
  std::string line() {
    return "  orders:\n    source: { type: rabbitmq, url: 'amqp://user:" + canary("url") + "@127.0.0.1:1/', queue: q }\n" +
           "    dedup: { type: redis, address: '127.0.0.1:1', user: u, password: '" + in_file("redis") + "' }\n" +
           "    sink: { type: kafka, brokers: '127.0.0.1:1', topic: t, security_protocol: sasl_plaintext, sasl_mechanism: PLAIN, sasl_username: u, "
           "sasl_password: " +
           canary("sasl") + ", ssl_key_password: '${CANARY_KEY}' }\n" +
           "    dead_letter: { type: kafka, brokers: '127.0.0.1:1', topic: d, security_protocol: sasl_plaintext, sasl_mechanism: PLAIN, sasl_username: u, "
           "sasl_password: '" +
           in_file("dlq") + "' }\n" + "  other:\n    source: { type: rabbitmq, url: 'amqp://127.0.0.1:1/', password: " + canary("password") +
           ", queue: q }\n    id: none\n    sink: { type: 'null' }\n";
  }

  std::vector<std::string> canaries;
  std::string admin_token;
};

TEST_F(SecretsTest, No_log_metric_health_status_configuration_or_error_tells_one) {
  admin_token = canary("token");
  const Environment environment = {{"CANARY_KEY", canary("variable")}};
  std::ofstream(topology) << "connectors:\n"
                          << line() << "http: { listen: 127.0.0.1:" << http_port << " }\nstate_dir: " << folder << "/state\nlog: { level: debug }\n"
                          << "admin:\n  listen: 127.0.0.1:" << admin_port << "\n  tokens: { ci: " << admin_token << " }\n  users: { ann: " << canary("user")
                          << " }\n  read_only: { tokens: { g: '" << in_file("read-token") << "' } }\n";
  host = std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", topology}, environment, folder + "/host.log");
  ASSERT_TRUE(eventually([&] { return ask_as_admin("GET", "/").status == 200; }, 20s)) << log();
  ASSERT_TRUE(eventually([&] { return http_get(http_port, "/health").body.find("\"error\"") != std::string::npos; }, 30s)) << log();
  ASSERT_TRUE(eventually([&] { return ask_as_admin("GET", "/connectors/orders/status").body.find("last_error") != std::string::npos; }, 30s)) << log();

  expect_none_in(Scrape::of(http_port).text(), "/metrics");
  for (const char* const path : {"/health", "/readyz", "/livez"}) expect_none_in(http_get(http_port, path).body, path);
  for (const char* const path :
       {"/", "/connectors?expand=status&expand=info", "/connectors/orders", "/connectors/orders/config", "/connectors/orders/tasks",
        "/connectors/orders/status", "/connectors/orders/offsets", "/connectors/orders/topics", "/connectors/other/config", "/admin/config", "/admin/plugins",
        "/admin/loggers", "/admin/me", "/connector-plugins", "/connector-plugins/rabbitmq/config", "/health", "/ui", "/openapi.json", "/nothing"}) {
    const Answer answer = ask_as_admin("GET", path);
    EXPECT_NE(answer.status, 401) << path;
    expect_none_in(answer.body, path);
  }
  // What is wrong is told without what is written there.
  json config = json::parse(ask_as_admin("GET", "/connectors/orders/config").body);
  config["source.url"] = "amqp://user:" + canary("new") + "@127.0.0.1:1:1/";
  config["dedup.password"] = canary("new-password");
  config["sink.acks"] = "there is no such key";
  expect_none_in(ask_as_admin("PUT", "/connectors/orders/config", config).body, "a refused configuration");
  expect_none_in(ask_as_admin("PUT", "/connector-plugins/rabbitmq/config/validate", config).body, "a validation");
  expect_none_in(ask_as_admin("POST", "/connectors", {{"name", "x"}, {"config", config}}).body, "a refused connector");
  std::ofstream(topology, std::ios::app) << "nothing: 1\n";
  expect_none_in(ask_as_admin("POST", "/admin/reload").body, "a refused reload");
  expect_none_in(http_ask(admin_port, {"GET", "/connectors", "", {{"Authorization", "Bearer " + canary("wrong-token")}}}).body, "a refused login");
  expect_none_in(log(), "the log");
  for (const char* const command : {"validate", "check"}) expect_none_in(run({CONNECTOR_HOST, command, topology}, environment).output, command);
}

}  // namespace
}  // namespace integration
