// What a reference over REST may be used for: the same as in the topology, or what the topology
// grants.
#include "host/topology/reference_grants.hpp"

#include <gtest/gtest.h>

#include "host/topology/connector_loader.hpp"
#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

constexpr const char* topology = R"(
connectors:
  x:
    tasks: ${TASKS}
    source: { type: rabbitmq, url: "${RABBITMQ_URL}", queue: q, password: "${RABBITMQ_PASSWORD}" }
    dedup: { type: redis, address: "${REDIS_ADDR}", password: "${REDIS_PASSWORD}" }
    transforms:
      - { name: t, type: every-type, pin: "${PIN}", integer: 5 }
    sink: { type: kafka, brokers: b, topic: "a-${TOPIC:-${OTHER_TOPIC}}" }
admin:
  users: { ann: "${ANN}" }
  variables: { EXTRA: [redis.password, tasks], ONE: kafka.properties }
  files: { secrets/: redis.password }
)";

// What is written over REST on top of a connector like x, and the keys that are refused.
struct Row {
  const char* name;
  FlatConfig written;
  std::vector<std::string> refused;
};

class ReferenceGrantsTest : public testing::TestWithParam<Row> {
 protected:
  ReferenceGrantsTest() {
    loading.variables = {{"TASKS", "2"},
                         {"RABBITMQ_URL", "amqp://u:p@h/"},
                         {"RABBITMQ_PASSWORD", "p"},
                         {"REDIS_ADDR", "r:1"},
                         {"REDIS_PASSWORD", "secret"},
                         {"PIN", "471"},
                         {"TOPIC", "t"},
                         {"ANN", "ann's"},
                         {"EXTRA", "3"},
                         {"ONE", "1"},
                         {"OTHER_TOPIC", "other"}};
  }
  Loading loading;
};

TEST_P(ReferenceGrantsTest, Names_what_it_refuses) {
  const LoadedTopology loaded = loading.text(topology);
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const ReferenceGrants grants(*loaded.config, "/etc/host", loading.catalog);
  FlatConfig flat = flat_of(loaded.config->connectors.at(0));
  for (const auto& [key, value] : GetParam().written)
    value.empty() ? void(flat.erase(key)) : void(flat[key] = value);
  const LoadedConnector over_rest =
      ConnectorLoader(loading.catalog, {},
                      References(loading.lookup(), "/etc/host",
                                 {[](const std::string&) { return true; },
                                  [](const std::string&) { return false; }}))
          .load("y", flat);
  ASSERT_TRUE(over_rest.config) << over_rest.problems.at(0).line();
  std::vector<std::string> refused;
  for (const KeyProblem& each : grants.problems(*over_rest.config, loading.catalog)) {
    refused.push_back(each.key);
    EXPECT_NE(each.fix.find("admin.variables: { "), std::string::npos) << each.line();
    EXPECT_EQ(each.line().find("secret"), std::string::npos) << each.line();
  }
  EXPECT_EQ(refused, GetParam().refused);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReferenceGrantsTest,
    testing::Values(
        Row{"the_same_connector", {}, {}},  //
        Row{"another_option_that_is_no_endpoint",
            {{"source.queue", "other"}, {"dedup.ttl", "1h"}, {"sink.topic", "b-${TOPIC}"}},
            {}},
        Row{"a_secret_with_another_address", {{"dedup.address", "evil:6379"}}, {"dedup.password"}},
        Row{"an_address_in_another_way",
            {{"dedup.address", "${REDIS_ADDR}0"}},
            {"dedup.address", "dedup.password"}},
        Row{"a_part_of_an_address",
            {{"source.url", "amqp://evil/?${RABBITMQ_URL}"}, {"source.password", ""}},
            {"source.url"}},
        Row{"a_secret_of_another_type",
            {{"dedup.password", "${RABBITMQ_PASSWORD}"}},
            {"dedup.password"}},
        Row{"a_url_as_a_password", {{"dedup.password", "${RABBITMQ_URL}"}}, {"dedup.password"}},
        Row{"a_secret_as_a_topic", {{"sink.topic", "${REDIS_PASSWORD}"}}, {"sink.topic"}},
        Row{"a_secret_in_a_default",
            {{"sink.topic", "${TOPIC:-${REDIS_PASSWORD}}"}},
            {"sink.topic"}},
        Row{"a_secret_as_a_key_of_the_host",
            {{"errors.max_rejected", "${PIN}"}},
            {"errors.max_rejected"}},
        Row{"a_secret_of_an_unmarked_component_beside_another_option",
            {{"transforms.t.integer", "6"}},
            {"transforms.t.pin"}},
        Row{"a_login_of_the_admin_API", {{"dedup.password", "${ANN}"}}, {"dedup.password"}},
        Row{"what_is_granted_for_it",
            {{"dedup.password", "${EXTRA}"},
             {"dedup.address", "elsewhere:1"},
             {"tasks.max", "${EXTRA}"},
             {"sink.properties.a", "${ONE}"}},
            {}},
        Row{"what_is_granted_for_something_else",
            {{"source.password", "${EXTRA}"}, {"sink.topic", "${ONE}"}},
            {"source.password", "sink.topic"}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(ReferenceGrantsTest, Only_what_is_good_for_something_is_read) {
  const LoadedTopology loaded = loading.text(topology);
  ASSERT_TRUE(loaded.config);
  const ReferenceGrants grants(*loaded.config, "/etc/host", loading.catalog);
  for (const char* name : {"TASKS", "REDIS_PASSWORD", "OTHER_TOPIC", "EXTRA"})
    EXPECT_TRUE(grants.knows_variable(name)) << name;
  for (const char* name : {"ANN", "PATH", ""}) EXPECT_FALSE(grants.knows_variable(name)) << name;
  EXPECT_TRUE(grants.knows_file("/etc/host/secrets/x"));
  for (const char* file : {"/etc/host/secrets/deep/x", "/etc/host/x", "/etc/passwd"})
    EXPECT_FALSE(grants.knows_file(file)) << file;
}

}  // namespace
}  // namespace connector_host::topology
