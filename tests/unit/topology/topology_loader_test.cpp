#include "host/topology/topology_loader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

using namespace std::chrono_literals;

const std::string least =
    "connectors: { x: { source: { type: nothing }, sink: { type: nothing } } }\n";

std::string credentials_of(const LoginsConfig& config) {
  std::string out;
  for (const auto* list : {&config.tokens, &config.users}) {
    for (const CredentialConfig& each : *list) out += each.name + "=" + each.secret + "; ";
  }
  return out;
}

TEST(TopologyLoader, The_least_topology_has_the_documented_defaults) {
  Loading loading;
  const auto loaded = loading.text(least);
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const TopologyConfig& config = *loaded.config;
  const TopologyConfig defaults;
  EXPECT_EQ(config.http.listen.host, defaults.http.listen.host);
  EXPECT_EQ(config.http.listen.port, defaults.http.listen.port);
  EXPECT_EQ(config.admin.listen.host, defaults.admin.listen.host);
  EXPECT_EQ(config.admin.listen.port, defaults.admin.listen.port);
  EXPECT_FALSE(config.admin.authenticates() || config.admin.allow_unauthenticated ||
               config.admin.tls);
  EXPECT_EQ(config.log.level, defaults.log.level);
  EXPECT_EQ(config.log.format, defaults.log.format);
  EXPECT_EQ(config.state_dir, defaults.state_dir);
  EXPECT_EQ(config.plugin_dirs, defaults.plugin_dirs);
  EXPECT_FALSE(config.debuggable || defaults.debuggable);
  ASSERT_EQ(config.connectors.size(), 1u);
  const ConnectorConfig& x = config.connectors[0];
  const ConnectorConfig of_struct;
  EXPECT_EQ(x.name, "x");
  EXPECT_EQ(x.tasks, of_struct.tasks);
  EXPECT_EQ(x.workers, of_struct.workers);
  EXPECT_EQ(x.ordering, of_struct.ordering);
  EXPECT_EQ(x.id.from, of_struct.id.from);
  EXPECT_EQ(x.id.argument, of_struct.id.argument);
  EXPECT_EQ(x.max_in_flight, of_struct.max_in_flight);
  EXPECT_EQ(x.max_in_flight_bytes, of_struct.max_in_flight_bytes);
  EXPECT_EQ(x.drain_timeout, of_struct.drain_timeout);
  EXPECT_EQ(x.hold_max, of_struct.hold_max);
  EXPECT_EQ(x.write_timeout, of_struct.write_timeout);
  EXPECT_EQ(x.tolerance, of_struct.tolerance);
  EXPECT_EQ(x.retry.initial, of_struct.retry.initial);
  EXPECT_EQ(x.retry.max, of_struct.retry.max);
  EXPECT_EQ(x.breaker.failures, of_struct.breaker.failures);
  EXPECT_EQ(x.breaker.probe_every, of_struct.breaker.probe_every);
  EXPECT_FALSE(x.dedup || x.dead_letter);
  EXPECT_EQ(x.on_too_large, OnTooLarge::fail);
  EXPECT_EQ(x.decode, of_struct.decode);
  EXPECT_EQ(x.decode_limit, of_struct.decode_limit);
  EXPECT_TRUE(x.transforms.empty());
}

TEST(TopologyLoader, Dedup_has_the_documented_defaults) {
  Loading loading;
  const auto loaded = loading.text(
      "connectors: { x: { source: { type: nothing }, dedup: { type: redis }, sink: { type: nothing "
      "} } }");
  ASSERT_TRUE(loaded.config);
  const DedupConfig& dedup = *loaded.config->connectors[0].dedup;
  EXPECT_EQ(dedup.scope, "x");
  EXPECT_EQ(dedup.lease, DedupConfig().lease);
  EXPECT_EQ(dedup.timeout, DedupConfig().timeout);
  EXPECT_EQ(dedup.on_unavailable, DedupConfig().on_unavailable);
  EXPECT_EQ(dedup.component.json, R"({"address":"localhost:6379","password":null,"ttl":86400000})");
}

TEST(TopologyLoader, A_secret_of_the_admin_API_that_is_a_file_knows_it) {
  const std::string folder = testing::TempDir() + "/admin-" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/token") << "0123456789abcdef\n";
  std::ofstream(folder + "/t.yaml")
      << least
      << "admin: { tokens: { a: '${file:token}', b: '${NONE:-${file:token}}', c: "
         "'${file:token}${file:token}' } }\n";
  Loading loading;
  const auto loaded = loading.file(folder + "/t.yaml");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const auto& tokens = loaded.config->admin.admins.tokens;
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[0].secret, "0123456789abcdef");
  EXPECT_EQ(tokens[0].file, folder + "/token");
  EXPECT_EQ(tokens[1].secret, "0123456789abcdef");
  EXPECT_EQ(tokens[1].file + tokens[2].file, "")
      << "what a file is only a part of stays as it was loaded";
}

TEST(TopologyLoader, The_admin_API_may_be_open_where_the_user_says_so_or_somebody_has_to_log_in) {
  for (const char* const rest : {"allow_unauthenticated: true", "users: { ann: x }",
                                 "read_only: { tokens: { a: 0123456789abcdef } }",
                                 "tls: { certificate: c, key: k, client_ca: a }"}) {
    Loading loading;
    const auto loaded = loading.text(least + "admin: { listen: ':8083', " + rest + " }\n");
    EXPECT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  }
}

TEST(TopologyLoader, Reads_every_key) {
  Loading loading;
  const auto loaded = loading.text(R"(
connectors:
  "a b":
    tasks: 3
    workers: 7
    ordering: none
    id: { header: X-Id }
    decode: true
    decode_limit: 2MiB
    max_in_flight: 17
    max_in_flight_bytes: 1MiB
    drain_timeout: 0s
    hold_max: 29m
    write_timeout: 2s
    source: { type: rabbitmq, queue: q, prefetch: 5 }
    dedup: { type: redis, scope: "", lease: 3s, timeout: 1s, on_unavailable: bypass, ttl: 1h }
    transforms:
      - { type: every-type, integer: 1 }
      - { type: every-type, integer: 2 }
    sink: { type: kafka, topic: t, brokers: [a, b] }
    dead_letter: { type: every-type, on_too_large: truncate }
    errors: { tolerance: all }
    retry: { initial: 1s, max: 1s }
    breaker: { failures: 2, probe_every: 1s }
http: { listen: ":0" }
admin:
  listen: "[::]:9000"
  allow_unauthenticated: true
  hosts: [connect.example.org, connect]
  tokens: { ci: 0123456789abcdef }
  users: { ann: "p:w" }
  clients: [root]
  operate: { users: { deploy: y }, clients: [night-shift] }
  read_only: { tokens: { grafana: fedcba9876543210 }, users: { bob: x }, clients: [monitor] }
  tls: { certificate: tls/c.pem, key: /k.pem, client_ca: ca.pem, client_certificate: optional }
log: { level: WARN, format: json }
state_dir: /s
plugin_dirs: [/a, /b]
debuggable: true
)");
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const TopologyConfig& config = *loaded.config;
  EXPECT_EQ(config.http.listen.host + " " + std::to_string(config.http.listen.port), "0.0.0.0 0");
  const AdminConfig& admin = config.admin;
  EXPECT_EQ(admin.listen.host + " " + std::to_string(admin.listen.port), ":: 9000");
  EXPECT_TRUE(admin.allow_unauthenticated && admin.authenticates());
  EXPECT_EQ(admin.hosts, (std::vector<std::string>{"connect.example.org", "connect"}));
  EXPECT_EQ(credentials_of(admin.admins), "ci=0123456789abcdef; ann=p:w; ");
  EXPECT_EQ(credentials_of(admin.operators), "deploy=y; ");
  EXPECT_EQ(credentials_of(admin.readers), "grafana=fedcba9876543210; bob=x; ");
  EXPECT_EQ(admin.admins.clients, std::vector<std::string>{"root"});
  EXPECT_EQ(admin.operators.clients, std::vector<std::string>{"night-shift"});
  EXPECT_EQ(admin.readers.clients, std::vector<std::string>{"monitor"});
  ASSERT_TRUE(admin.tls);
  EXPECT_EQ(admin.tls->certificate + " " + admin.tls->key + " " + admin.tls->client_ca,
            "tls/c.pem /k.pem ca.pem");
  EXPECT_FALSE(admin.tls->client_certificate_required);
  EXPECT_EQ(config.log.level + config.log.format, "warnjson");
  EXPECT_EQ(config.state_dir, "/s");
  EXPECT_EQ(config.plugin_dirs, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_TRUE(config.debuggable);
  const ConnectorConfig& connector = config.connectors.at(0);
  EXPECT_EQ(connector.name, "a b");
  EXPECT_EQ(connector.place.line, 3);
  EXPECT_EQ(connector.place.column, 3);
  EXPECT_EQ(connector.tasks, 3u);
  EXPECT_EQ(connector.workers, 7u);
  EXPECT_EQ(connector.ordering, Ordering::none);
  EXPECT_EQ(connector.id.from, IdFrom::header);
  EXPECT_EQ(connector.id.argument, "X-Id");
  EXPECT_TRUE(connector.decode);
  EXPECT_EQ(connector.decode_limit, 2u << 20);
  EXPECT_EQ(connector.max_in_flight, 17u);
  EXPECT_EQ(connector.max_in_flight_bytes, 1u << 20);
  EXPECT_EQ(connector.drain_timeout, 0ms);
  EXPECT_EQ(connector.hold_max, 29min);
  EXPECT_EQ(connector.write_timeout, 2s);
  EXPECT_EQ(connector.source.type, "rabbitmq");
  EXPECT_EQ(connector.source.path, "connectors.a b.source");
  EXPECT_EQ(connector.source.place.line, 15);
  EXPECT_EQ(
      connector.source.json,
      R"({"url":"amqp://guest:guest@localhost:5672/","queue":"q","prefetch":5,"declare":"passive","password":null})");
  EXPECT_EQ(connector.dedup->scope, "");
  EXPECT_EQ(connector.dedup->lease, 3s);
  EXPECT_EQ(connector.dedup->timeout, 1s);
  EXPECT_EQ(connector.dedup->on_unavailable, OnUnavailable::bypass);
  ASSERT_EQ(connector.transforms.size(), 2u);
  EXPECT_EQ(connector.transforms[1].path, "connectors.a b.transforms[1]");
  EXPECT_EQ(connector.dead_letter->type, "every-type");
  EXPECT_EQ(connector.on_too_large, OnTooLarge::truncate);
  EXPECT_EQ(connector.tolerance, Tolerance::all);
  EXPECT_EQ(connector.retry.initial, 1s);
  EXPECT_EQ(connector.breaker.failures, 2u);
  EXPECT_EQ(connector.raw.at("hold_max").text, "29m");
  EXPECT_EQ(connector.raw.at("dedup.lease").text, "3s");
  EXPECT_EQ(connector.raw.at("retry.max").text, "1s");
  EXPECT_EQ(connector.raw.at("id.header").text, "X-Id");
}

TEST(TopologyLoader, Knows_every_rule_for_an_id) {
  const auto id = [](const std::string& rule) {
    const auto loaded = Loading().text("connectors: { x: { id: " + rule +
                                       ", source: { type: nothing }, sink: { type: nothing } } }");
    return loaded.config ? loaded.config->connectors[0].id : IdConfig{IdFrom::json, "failed"};
  };
  EXPECT_EQ(id("{ json: /a/b~1c }").argument, "/a/b~1c");
  EXPECT_EQ(id("{ header: h }").from, IdFrom::header);
  EXPECT_EQ(id("{ message_id: true }").from, IdFrom::message_id);
  EXPECT_EQ(id("{ key: true }").from, IdFrom::key);
  EXPECT_EQ(id("none").from, IdFrom::none);
}

TEST(TopologyLoader, Knows_every_rule_for_a_key) {
  const auto key = [](const std::string& rule) {
    const auto loaded = Loading().text("connectors: { x: { key: " + rule +
                                       ", source: { type: nothing }, sink: { type: nothing } } }");
    EXPECT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
    std::string out;
    if (!loaded.config) return out;
    for (const KeyPart& each : loaded.config->connectors[0].key.parts)
      out += std::to_string(int(each.from)) + each.argument + " ";
    return out + (loaded.config->connectors[0].key.reject_missing ? "reject" : "");
  };
  EXPECT_EQ(key("{ json: /a/b~1c }"), "0/a/b~1c ");
  EXPECT_EQ(key("{ header: h, on_missing: reject }"), "1h reject");
  EXPECT_EQ(key("{ message_id: true, on_missing: no_key }"), "2 ");
  EXPECT_EQ(key("{ constant: all }"), "4all ");
  EXPECT_EQ(key("{ routing_key: true }"), "3 ");
  EXPECT_EQ(key("{ parts: ['json:/a', 'header:x:y', message_id, routing_key, 'constant:c'] }"),
            "0/a 1x:y 2 3 4c ");
}

TEST(TopologyLoader, References_may_stand_in_every_value) {
  Loading loading;
  loading.variables = {{"TASKS", "2"},      {"LEVEL", "DEBUG"}, {"LISTEN", "127.0.0.1:1"},
                       {"TYPE", "nothing"}, {"TOL", "all"},     {"HOLD", "5m"},
                       {"DIRS", "/a,/b"}};
  const auto loaded = loading.text(
      "connectors: { x: { tasks: '${TASKS}', hold_max: '${HOLD}', source: { type: '${TYPE}' }, "
      "sink: { type: '${TYPE}' }, errors: { tolerance: '${TOL}' } } }\n"
      "log: { level: '${LEVEL}' }\nhttp: { listen: '${LISTEN}' }\nplugin_dirs: '${DIRS}'\n");
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  EXPECT_EQ(loaded.config->connectors[0].tasks, 2u);
  EXPECT_EQ(loaded.config->connectors[0].hold_max, 5min);
  EXPECT_EQ(loaded.config->connectors[0].tolerance, Tolerance::all);
  EXPECT_TRUE(loaded.config->connectors[0].raw.at("tasks").reference);
  EXPECT_EQ(loaded.config->connectors[0].source.type, "nothing");
  EXPECT_EQ(loaded.config->log.level, "debug");
  EXPECT_EQ(loaded.config->http.listen.port, 1);
  EXPECT_EQ(loading.catalog.used(), (std::vector<std::vector<std::string>>{{"/a", "/b"}}))
      << "told once, before components are looked up";
}

TEST(TopologyLoader, Relative_paths_are_beside_the_topology_file) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / ("loader-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "t.yaml")
      << least
      << "state_dir: ./state\nplugin_dirs: [../plugins, /p]\nlog: { level: '${file:level}' }\n";
  std::ofstream(folder / "level") << "error\n";
  Loading loading;
  const auto loaded = loading.file((folder / "t.yaml").string());
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  EXPECT_EQ(loaded.config->state_dir, (folder / "state").string());
  EXPECT_EQ(loaded.config->plugin_dirs,
            (std::vector<std::string>{(folder.parent_path() / "plugins").string(), "/p"}));
  EXPECT_EQ(loaded.config->log.level, "error");
  std::filesystem::remove_all(folder);
}

TEST(TopologyLoader, A_file_that_cannot_be_read_is_a_problem) {
  Loading loading;
  EXPECT_EQ(Loading::lines(loading.file("/nowhere/t.yaml")).at(0),
            "/nowhere/t.yaml: T001: cannot read the file: No such file or directory; check the "
            "path and its permissions");
  EXPECT_EQ(
      Loading::lines(loading.file("/")).at(0),
      "/: T001: cannot read the file: not a regular file; check the path and its permissions");
}

TEST(TopologyLoader, Tells_everything_that_is_wrong_at_once_and_in_order) {
  Loading loading;
  const auto loaded = loading.text(R"(connectors:
  x:
    taks: 1
    workers: many
    source: { type: rabbit, queue: q }
    sink:
      type: kafka
      tpoic: t
log:
  level: ${LEVEL}
http: { listen: nowhere }
)");
  EXPECT_EQ(
      Loading::lines(loaded),
      (std::vector<std::string>{
          "t.yaml:3:5: T011 connectors.x.taks: unknown key 'taks'; did you mean 'tasks'?",
          "t.yaml:4:14: T012 connectors.x.workers: expected an integer from 0 to 256, got "
          "\"many\"; write a number without quotes, such as 0",
          "t.yaml:5:21: T030 connectors.x.source.type: no source plugin has the type \"rabbit\"; "
          "searched /usr/lib/connector-host/plugins; "
          "did you mean 'rabbitmq'?",
          "t.yaml:7:7: T015 connectors.x.sink.topic: is required: The topic; add 'topic: ...'",
          "t.yaml:8:7: T011 connectors.x.sink.tpoic: unknown key 'tpoic'; did you mean 'topic'?",
          "t.yaml:10:10: T020 log.level: variable LEVEL is not set; set it, or give a default: "
          "${LEVEL:-default}",
          "t.yaml:11:17: T045 http.listen: expected host:port, got \"nowhere\"; write an address "
          "such as 127.0.0.1:8080, [::]:8080 or :8080",
      }));
}

}  // namespace
}  // namespace connector_host::topology
