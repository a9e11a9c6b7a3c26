// Secrets that are part of a configuration: hidden from whoever looks, kept for whoever gives them
// back hidden. Needs no server.
#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using HiddenSecretsTest = RestTest;

// It does not run after the restart, so nobody has opened it.
TEST_F(HiddenSecretsTest, A_stopped_or_paused_connector_shows_its_configuration_after_a_restart) {
  write_topology(connector("a"));
  start();
  json settings = config({{"dedup.type", "redis"},
                          {"dedup.address", "127.0.0.1:1"},
                          {"dedup.password", "a-literal-secret"},
                          {"id.json", "/event_id"}});
  settings.erase("id");
  for (const char* name : {"stopped", "paused"})
    ASSERT_EQ(ask("POST", "/connectors", {{"name", name}, {"config", settings}}).status, 201)
        << log();
  ASSERT_EQ(ask("PUT", "/connectors/stopped/stop").status, 204);
  ASSERT_EQ(ask("PUT", "/connectors/paused/pause").status, 202);
  const json before = get("/connectors/stopped/config");
  ASSERT_EQ(before["dedup.address"], "127.0.0.1:1");
  kill_and_start();
  for (const char* name : {"stopped", "paused"}) {
    json shown = get("/connectors/" + std::string(name) + "/config");
    EXPECT_EQ(shown["dedup.password"], "********");
    shown["name"] = "stopped";
    EXPECT_EQ(shown, before);
  }
}

TEST_F(HiddenSecretsTest, A_literal_secret_is_hidden_and_stays_when_it_is_put_back_hidden) {
  write_topology(connector("a"));
  start();
  const json with_secret = {{"name", "s"},
                            {"config", config({{"id.json", "/event_id"},
                                               {"dedup.type", "redis"},
                                               {"dedup.address", "127.0.0.1:1"},
                                               {"dedup.password", "canary-4711"}})}};
  EXPECT_EQ(ask("POST", "/connectors", with_secret).status, 201) << log();
  json shown = get("/connectors/s/config");
  EXPECT_EQ(shown["dedup.password"], "********");
  shown["dedup.ttl"] = "2h";
  EXPECT_EQ(ask("PUT", "/connectors/s/config", shown).status, 200);
  kill_and_start();
  EXPECT_EQ(get("/connectors/s/config")["dedup.ttl"], "2h");
  for (const char* path :
       {"/connectors/s", "/connectors/s/config", "/connectors/s/status", "/connectors/s/tasks",
        "/connectors?expand=info&expand=status", "/admin/config"})
    EXPECT_EQ(ask("GET", path).body.find("canary-4711"), std::string::npos) << path;
  EXPECT_EQ(log().find("canary-4711"), std::string::npos);
  const std::string kept =
      run({"/bin/sh", "-c", "cat " + folder + "/state/states/connectors/*"}).output;
  EXPECT_NE(kept.find("canary-4711"), std::string::npos)
      << "the stored one is the value, not its marker";
  json other = with_secret;
  other["name"] = "o";
  other["config"]["dedup.password"] = "********";
  EXPECT_EQ(ask("POST", "/connectors", other).status, 400)
      << "there is nothing that the marker could stand for";
}

// Who is not shown a secret must not be able to have it sent to an address of his own.
TEST_F(HiddenSecretsTest, A_hidden_secret_stays_only_with_the_endpoint_that_it_was_given_for) {
  write_topology(connector("a"));
  start();
  json settings = config({{"connector.class", "rabbitmq"},
                          {"source.url", "amqp://127.0.0.1:1/"},
                          {"source.queue", "q"},
                          {"source.password", "canary-4712"},
                          {"id.json", "/event_id"},
                          {"dedup.type", "redis"},
                          {"dedup.address", "127.0.0.1:1"},
                          {"dedup.password", "canary-4711"}});
  for (const char* of_generator : {"id", "source.count", "source.rate"})
    settings.erase(of_generator);
  ASSERT_EQ(ask("POST", "/connectors", {{"name", "s"}, {"config", settings}}).status, 201) << log();
  const std::pair<const char*, std::vector<std::pair<const char*, const char*>>> moves[] = {
      {"dedup.password",
       {{"dedup.address", "127.0.0.1:2"},
        {"dedup.verify", "false"},
        {"dedup.tls", "true"},
        {"dedup.ca_file", "/mine.pem"},
        {"dedup.type", "memory"}}},
      {"source.password",
       {{"source.url", "amqp://127.0.0.1:2/"},
        {"source.verify", "false"},
        {"source.management_url", "http://127.0.0.1:2"},
        {"source.ca_file", "/mine.pem"}}}};
  for (const auto& [secret, keys] : moves) {
    for (const auto& [key, value] : keys) {
      const Answer patched = ask("PATCH", "/connectors/s/config", {{key, value}});
      EXPECT_EQ(patched.status, 400) << key;
      EXPECT_NE(patched.body.find(secret), std::string::npos) << patched.body;
      EXPECT_NE(patched.body.find(key), std::string::npos) << patched.body;
      json whole = get("/connectors/s/config");
      whole[key] = value;
      EXPECT_EQ(ask("PUT", "/connectors/s/config", whole).status, 400) << key;
    }
  }
  EXPECT_EQ(ask("PATCH", "/connectors/s/config", {{"dedup.ttl", "3h"}}).status, 200)
      << "that is no other endpoint";
  EXPECT_EQ(ask("PATCH", "/connectors/s/config",
                {{"dedup.address", "127.0.0.1:2"}, {"dedup.password", "canary-4711"}})
                .status,
            200)
      << "given again";
  EXPECT_EQ(get("/connectors/s/config")["dedup.address"], "127.0.0.1:2");
  EXPECT_EQ(log().find("canary-471"), std::string::npos);
}

}  // namespace
}  // namespace integration
