// The two spellings of a connector say the same.
#include <gtest/gtest.h>

#include "host/topology/connector_loader.hpp"
#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

constexpr const char* everything = R"(connectors:
  x:
    tasks: 3
    ordering: none
    id: { header: X-Id }
    hold_max: 5m
    retry: { initial: 1s }
    breaker: { failures: 7 }
    restart: { limit: 2 }
    errors: { tolerance: all }
    source: { type: nothing }
    dedup: { type: redis, lease: 3s, scope: s }
    transforms: [{ type: every-type }, { type: every-type, name: b }]
    sink: { type: every-type, integer: 5, list: [a, b], map: { sasl.password: "${PASSWORD}", b: c }, pin: 42 }
    dead_letter: { type: every-type, string: "a=b", on_too_large: truncate }
)";

class FlatConfigTest : public testing::Test {
 protected:
  FlatConfigTest() { loading.variables = {{"PASSWORD", "hunter2"}, {"OTHER", "x"}}; }

  ConnectorConfig from_yaml(const std::string& text) {
    auto loaded = loading.text(text);
    EXPECT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
    return loaded.config ? loaded.config->connectors.at(0) : ConnectorConfig();
  }
  LoadedConnector load(const FlatConfig& flat, References::Policy policy = {}) {
    return ConnectorLoader(loading.catalog, {"/p"},
                           References(loading.lookup(), "", std::move(policy)))
        .load("x", flat);
  }
  std::vector<std::string> keys_of_problems(const FlatConfig& flat) {
    std::vector<std::string> out;
    for (const KeyProblem& each : load(flat).problems) out.push_back(each.key);
    return out;
  }

  Loading loading;
};

TEST_F(FlatConfigTest, What_yaml_says_makes_an_equal_connector_again) {
  const ConnectorConfig before = from_yaml(everything);
  const FlatConfig flat = flat_of(before);
  const LoadedConnector after = load(flat);
  ASSERT_TRUE(after.config) << after.problems.front().line();
  EXPECT_EQ(flat_of(*after.config), flat);
  EXPECT_EQ(nlohmann::json::parse(after.config->sink.json),
            nlohmann::json::parse(before.sink.json));
  EXPECT_EQ(after.config->dead_letter->json, before.dead_letter->json);
  EXPECT_EQ(after.config->on_too_large, OnTooLarge::truncate);
  EXPECT_EQ(flat.at("dead_letter.on_too_large"), "truncate");
  EXPECT_EQ(after.config->dedup->scope, "s");
  EXPECT_EQ(after.config->dedup->lease, std::chrono::seconds(3));
  EXPECT_EQ(after.config->tasks, 3u);
  EXPECT_EQ(after.config->id.argument, "X-Id");
  EXPECT_EQ(after.config->restart.limit, 2u);
  EXPECT_EQ(after.config->transforms.at(1).name, "b");
}

TEST_F(FlatConfigTest, Keys_are_the_paths_of_yaml_but_for_those_that_clients_know_otherwise) {
  const FlatConfig flat = flat_of(from_yaml(everything));
  EXPECT_EQ(flat.at("name"), "x");
  EXPECT_EQ(flat.at("connector.class"), "nothing");
  EXPECT_EQ(flat.at("tasks.max"), "3");
  EXPECT_EQ(flat.at("transforms"), "0,b");
  EXPECT_EQ(flat.at("transforms.b.type"), "every-type");
  EXPECT_EQ(flat.at("sink.list"), "a,b");
  EXPECT_EQ(flat.at("sink.map.sasl.password"), "${PASSWORD}");
  EXPECT_EQ(flat.at("restart.limit"), "2");
  EXPECT_FALSE(flat.contains("source.type") || flat.contains("tasks") ||
               flat.contains("sink.duration"));
}

TEST_F(FlatConfigTest, Secrets_are_shown_as_their_reference_or_not_at_all) {
  const FlatConfig shown = shown_flat_of(from_yaml(everything));
  EXPECT_EQ(shown.at("sink.pin"), hidden_value);
  EXPECT_EQ(shown.at("sink.map.sasl.password"), "${PASSWORD}");
  EXPECT_EQ(shown.at("sink.map.b"), "c");
}

TEST_F(FlatConfigTest, A_password_in_a_url_and_the_default_of_a_secret_are_not_shown) {
  const FlatConfig shown = shown_flat_of(
      from_yaml(Loading::around("string: amqp://user:s3cret@host:1/\npin: '${UNSET:-1234}'\nmap: { "
                                "url: '${UNSET:-amqp://user:s3cret@host}' }")));
  EXPECT_EQ(shown.at("sink.string"), "amqp://user:********@host:1/");
  EXPECT_EQ(shown.at("sink.map.url"), "${UNSET:-amqp://user:********@host}");
  EXPECT_EQ(shown.at("sink.pin"), "${UNSET:-********}");
}

TEST_F(FlatConfigTest, What_stands_beside_a_reference_in_a_secret_is_not_shown) {
  for (const char* text :
       {"literal${PASSWORD}", "${PASSWORD}literal", "${PASSWORD}${OTHER}", "${PASSWORD}} "}) {
    const ConnectorConfig config =
        from_yaml(Loading::around("map: { sasl.password: '" + std::string(text) + "' }"));
    EXPECT_EQ(shown_flat_of(config).at("sink.map.sasl.password"), hidden_value) << text;
  }
}

TEST_F(FlatConfigTest, What_a_client_gives_back_as_it_was_shown_keeps_its_secrets) {
  const ConnectorConfig before =
      from_yaml(Loading::around("string: amqp://user:s3cret@host:1/\npin: 42\ninteger: 5"));
  FlatConfig changed = shown_flat_of(before);
  changed["sink.integer"] = "6";
  FlatConfig expected = flat_of(before);
  expected["sink.integer"] = "6";
  EXPECT_EQ(with_hidden_values_of(before, changed), expected);
  changed["sink.string"] = "amqp://other:********@host:1/";
  EXPECT_EQ(with_hidden_values_of(before, changed).at("sink.string"),
            "amqp://other:********@host:1/")
      << "nobody's password";
}

TEST_F(FlatConfigTest, Every_problem_is_told_with_its_key) {
  EXPECT_EQ(keys_of_problems({{"connector.class", "nothing"},
                              {"sink.type", "every-type"},
                              {"sink.integer", "x"},
                              {"foo.bar", "1"},
                              {"tasks.max", "0"}}),
            (std::vector<std::string>{"foo.bar", "sink.integer", "tasks.max"}));
  EXPECT_EQ(keys_of_problems({{"connector.class", "kafka"}, {"sink.type", "nothing"}}),
            std::vector<std::string>{"connector.class"});
  EXPECT_EQ(keys_of_problems({{"connector.class", "nothing"}}),
            std::vector<std::string>{"sink.type"});
  EXPECT_EQ(keys_of_problems({{"sink.type", "nothing"}}),
            std::vector<std::string>{"connector.class"});
  EXPECT_EQ(
      keys_of_problems({{"connector.class", "nothing"}, {"sink", "x"}, {"sink.type", "nothing"}})
          .at(0),
      "sink");
  EXPECT_EQ(keys_of_problems({{"connector.class", "nothing"},
                              {"sink.type", "nothing"},
                              {"transforms", "a"},
                              {"transforms.b.type", "nothing"}})
                .at(0),
            "transforms");
}

TEST_F(FlatConfigTest, What_a_reference_gives_may_be_restricted_and_is_then_not_read) {
  const FlatConfig flat = {{"connector.class", "nothing"},
                           {"sink.type", "every-type"},
                           {"sink.string", "${PASSWORD}"},
                           {"sink.list", "${file:/etc/passwd}"}};
  const LoadedConnector loaded =
      load(flat, {[](const std::string& name) { return name == "OTHER"; },
                  [](const std::string&) { return false; }});
  ASSERT_EQ(loaded.problems.size(), 2u);
  EXPECT_EQ(loaded.problems[0].line(),
            "sink.list: file /etc/passwd may not be used over REST; grant it in the topology's "
            "admin.files");
  EXPECT_EQ(loaded.problems[1].line(),
            "sink.string: variable PASSWORD may not be used over REST; grant it in the topology's "
            "admin.variables");
}

}  // namespace
}  // namespace connector_host::topology
