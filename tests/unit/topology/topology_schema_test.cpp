#include "host/topology/topology_schema.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "host/topology/host_keys.hpp"
#include "host/topology/option_reader.hpp"
#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

using nlohmann::json;

json schema() {
  FakeCatalog catalog;
  return json::parse(TopologySchema::build(catalog));
}

// The `then` of a kind's branch for one type.
json branch(const json& schema, const std::string& kind, const std::string& type) {
  for (const json& each : schema.at("$defs").at(kind).at("allOf")) {
    if (each.at("if").at("properties").at("type").at("const") == type) return each.at("then");
  }
  return nullptr;
}

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> out;
  for (const auto& [key, value] : object.items()) out.insert(key);
  return out;
}

const json reference = {{"type", "string"}, {"pattern", "\\$\\{"}};

TEST(TopologySchema, Describes_the_top_and_closes_it) {
  const json all = schema();
  EXPECT_EQ(all.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(all.at("required"), json({"connectors"}));
  EXPECT_EQ(all.at("additionalProperties"), false);
  EXPECT_EQ(keys_of(all.at("properties")),
            (std::set<std::string>{"connectors", "http", "metrics", "admin", "log", "state_dir",
                                   "plugin_dirs", "debuggable"}));
  EXPECT_EQ(all.at("properties").at("debuggable").at("default"), false);
  EXPECT_EQ(all.at("properties").at("connectors").at("minProperties"), 1);
  EXPECT_EQ(all.at("properties").at("connectors").at("additionalProperties").at("$ref"),
            "#/$defs/connector");
}

TEST(TopologySchema, Has_every_key_of_the_host) {
  const json all = schema();
  const json connector = all.at("$defs").at("connector");
  std::set<std::string> expected;
  for (const std::string& name : names_of(HostKeys::connector())) expected.insert(name);
  for (const std::string& name : HostKeys::connector_parts()) expected.insert(name);
  EXPECT_EQ(keys_of(connector.at("properties")), expected);
  EXPECT_EQ(connector.at("required"), json({"source", "sink"}));
  for (const char* const section : {"errors", "retry", "breaker"})
    EXPECT_EQ(connector.at("properties").at(section).at("additionalProperties"), false) << section;
  for (const json& each : connector.at("properties"))
    EXPECT_TRUE(each.contains("$ref") || each.contains("description")) << each;
}

TEST(TopologySchema, Describes_who_may_ask_the_admin_API) {
  const json admin = schema().at("properties").at("admin");
  EXPECT_EQ(keys_of(admin.at("properties")),
            (std::set<std::string>{"listen", "unauthenticated", "allow_unauthenticated", "socket",
                                   "hosts", "tokens", "users", "clients", "operate", "read_only",
                                   "tls", "variables", "files", "file_roots", "credential_roots"}));
  EXPECT_EQ(admin.at("additionalProperties"), false);
  EXPECT_EQ(admin.at("properties").at("tokens").at("writeOnly"), true);
  const json read_only = admin.at("properties").at("read_only"),
             tls = admin.at("properties").at("tls");
  EXPECT_EQ(keys_of(read_only.at("properties")),
            (std::set<std::string>{"tokens", "users", "clients"}));
  EXPECT_EQ(read_only.at("properties").at("users").at("writeOnly"), true);
  EXPECT_EQ(keys_of(tls.at("properties")),
            (std::set<std::string>{"certificate", "key", "client_ca", "client_certificate"}));
  EXPECT_EQ(tls.at("required"), json({"certificate", "key"}));
}

TEST(TopologySchema, Every_reference_within_it_leads_somewhere) {
  const json all = schema();
  std::function<void(const json&)> walk = [&](const json& node) {
    if (node.is_object() && node.contains("$ref") && node["$ref"].is_string()) {
      EXPECT_TRUE(all.contains(json::json_pointer(node["$ref"].get<std::string>().substr(1))))
          << node;
    }
    if (node.is_structured()) {
      for (const json& child : node) walk(child);
    }
  };
  walk(all);
}

TEST(TopologySchema, A_component_has_a_closed_branch_per_type) {
  const json all = schema();
  const json rabbitmq = branch(all, "source", "rabbitmq");
  EXPECT_EQ(keys_of(rabbitmq.at("properties")),
            (std::set<std::string>{"type", "url", "queue", "prefetch", "declare", "password"}));
  EXPECT_EQ(rabbitmq.at("required"), json({"queue"}));
  EXPECT_EQ(rabbitmq.at("additionalProperties"), false);
  EXPECT_EQ(branch(all, "source", "kafka"), nullptr) << "a sink is no source";
  EXPECT_FALSE(branch(all, "dead_letter", "kafka").is_null());
  const json types = all.at("$defs").at("source").at("properties").at("type").at("anyOf");
  ASSERT_EQ(types.size(), 3u);
  EXPECT_EQ(types[1].at("const"), "rabbitmq");
  EXPECT_EQ(types[2], reference);
}

TEST(TopologySchema, Dedup_also_takes_the_keys_of_the_host) {
  const json properties = branch(schema(), "dedup", "redis").at("properties");
  EXPECT_EQ(keys_of(properties),
            (std::set<std::string>{"type", "address", "password", "ttl", "scope", "adopt", "lease",
                                   "timeout", "on_unavailable"}));
}

TEST(TopologySchema, A_dead_letter_also_takes_the_keys_of_the_host_and_a_sink_does_not) {
  EXPECT_TRUE(
      keys_of(branch(schema(), "dead_letter", "kafka").at("properties")).contains("on_too_large"));
  EXPECT_FALSE(
      keys_of(branch(schema(), "sink", "kafka").at("properties")).contains("on_too_large"));
}

TEST(TopologySchema, Each_type_takes_its_own_form_or_a_reference) {
  const json all = branch(schema(), "sink", "every-type").at("properties");
  const auto literal = [&](const char* name) {
    EXPECT_EQ(all.at(name).at("anyOf").at(1), reference) << name;
    return all.at(name).at("anyOf").at(0);
  };
  EXPECT_EQ(literal("string"), json({{"type", {"string", "number", "boolean"}}}));
  EXPECT_EQ(literal("integer"), json({{"type", "integer"}, {"minimum", -5.0}, {"maximum", 100.0}}));
  EXPECT_EQ(literal("number").at("type"), "number");
  EXPECT_EQ(literal("boolean"), json({{"type", "boolean"}}));
  EXPECT_EQ(literal("duration").at("pattern"), "^[0-9]+(ms|s|m|h|d)$");
  EXPECT_EQ(literal("size").at("pattern"), "^[0-9]+(B|KiB|MiB|GiB|kB|MB|GB)$");
  EXPECT_EQ(all.at("colours").at("anyOf").at(0).at("items").at("anyOf").at(0),
            json({{"enum", {"red", "green"}}}));
  EXPECT_EQ(all.at("map").at("additionalProperties").at("type"),
            json({"string", "number", "boolean"}));
  EXPECT_EQ(keys_of(all.at("properties").at("properties")), std::set<std::string>{"linger.ms"});
  EXPECT_EQ(keys_of(all.at("properties").at("patternProperties")),
            std::set<std::string>{"^sasl\\."});
  EXPECT_EQ(all.at("properties").at("additionalProperties"), false);
  EXPECT_EQ(all.at("pin").at("writeOnly"), true);
}

TEST(TopologySchema, Defaults_are_as_a_user_would_write_them) {
  const json all = schema();
  EXPECT_EQ(branch(all, "source", "rabbitmq").at("properties").at("prefetch").at("default"), 2000);
  EXPECT_EQ(branch(all, "dedup", "redis").at("properties").at("ttl").at("default"), "24h");
  EXPECT_EQ(
      all.at("$defs").at("connector").at("properties").at("max_in_flight_bytes").at("default"),
      "64MiB");
  EXPECT_FALSE(branch(all, "source", "rabbitmq").at("properties").at("queue").contains("default"));
}

TEST(TopologySchema, Without_plugins_is_still_a_schema) {
  FakeCatalog catalog;
  catalog.clear();
  const json all = json::parse(TopologySchema::build(catalog));
  EXPECT_FALSE(all.at("$defs").at("source").contains("allOf"));
  EXPECT_EQ(all.at("$defs").at("source").at("properties").at("type").at("anyOf"),
            json::array({reference}));
}

}  // namespace
}  // namespace connector_host::topology
