// One case at least for each code: the text, and where and as what the problem is reported.
#include <gtest/gtest.h>

#include <set>

#include "connector/view.hpp"
#include "host/topology/problem_code.hpp"
#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string> expected;  // "line:column code path"
};

std::string connector(const std::string& inside) {
  return "connectors:\n  x:\n    source: { type: nothing }\n    sink: { type: nothing }\n    " +
         inside + "\n";
}
std::string top(const std::string& line) {
  return "connectors: { x: { source: { type: nothing }, sink: { type: nothing } } }\n" + line +
         "\n";
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"Admin_beyond_loopback",
       top("admin: { listen: '0.0.0.0:8083' }"),
       {"2:18 T047 admin.listen"}},
      {"Admin_of_a_name_that_looks_like_loopback",
       top("admin: { listen: '127.example.org:8083' }"),
       {"2:18 T047 admin.listen"}},
      {"Admin_beyond_loopback_without_any_token",
       top("admin: { listen: ':8083', tokens: {}, tls: { certificate: c, key: k } }"),
       {"2:18 T047 admin.listen"}},
      {"Short_token",
       top("admin: { tokens: { ci: 'fifteen letters' } }"),
       {"2:24 T048 admin.tokens.ci"}},
      {"Token_with_a_line_break",
       top("admin: { read_only: { tokens: { ci: \"0123456789abcdef\\n\" } } }"),
       {"2:37 T048 admin.read_only.tokens.ci"}},
      {"Empty_password",
       top("admin: { users: { ann: '${EMPTY}' } }"),
       {"2:24 T048 admin.users.ann"}},
      {"User_with_a_colon", top("admin: { users: { 'a:b': x } }"), {"2:19 T048 admin.users.a..."}},
      {"Everything_and_read_only",
       top("admin: { users: { ann: x }, read_only: { users: { ann: x } } }"),
       {"2:56 T048 admin.read_only.users.ann"}},
      {"Everything_and_operate",
       top("admin: { tokens: { ci: 0123456789abcdef }, operate: { tokens: { ci: fedcba9876543210 } "
           "} }"),
       {"2:69 T048 admin.operate.tokens.ci"}},
      {"Two_roles_of_a_client",
       top("admin: { tls: { certificate: c, key: k, client_ca: a }, operate: { clients: [a] }, "
           "read_only: { clients: [b, a] } }"),
       {"2:106 T048 admin.read_only.clients.a"}},
      {"Clients_without_ca",
       top("admin: { clients: [a], operate: { clients: [b] } }"),
       {"2:19 T015 admin.tls.client_ca", "2:44 T015 admin.tls.client_ca"}},
      {"Variables_as_a_list",
       top("admin: { variables: [A], files: x }"),
       {"2:21 T018 admin.variables", "2:33 T018 admin.files"}},
      {"Variables_for_nothing",
       top("admin: { variables: { A: , B: [redis.], C: redis.pass.word } }"),
       {"2:23 T018 admin.variables.A", "2:32 T018 admin.variables.B",
        "2:44 T018 admin.variables.C"}},
      {"File_root_relative",
       top("admin: { file_roots: [data] }"),
       {"2:23 T050 admin.file_roots[0]"}},
      {"File_roots_of_the_kernel",
       top("admin: { file_roots: [/srv/data, /proc/self, /sys, /dev/shm], credential_roots: / }"),
       {"2:34 T050 admin.file_roots[1]", "2:46 T050 admin.file_roots[2]",
        "2:52 T050 admin.file_roots[3]", "2:81 T050 admin.credential_roots[0]"}},
      {"File_roots_of_the_host",
       top("admin: { file_roots: [/srv/state/x, /srv, /lib/p], credential_roots: [/srv/./state/] "
           "}\nstate_dir: /srv/state\nplugin_dirs: [/lib/p/q]"),
       {"2:23 T050 admin.file_roots[0]", "2:37 T050 admin.file_roots[1]",
        "2:43 T050 admin.file_roots[2]", "2:71 T050 admin.credential_roots[0]"}},
      {"Unset_token_is_one_problem",
       top("admin: { listen: ':8083', tokens: { ci: '${UNSET}' } }"),
       {"2:41 T020 admin.tokens.ci"}},
      {"Unknown_admin_key", top("admin: { token: x }"), {"2:10 T011 admin.token"}},
      {"Tokens_are_no_mapping", top("admin: { tokens: [x] }"), {"2:18 T018 admin.tokens"}},
      {"Tls_without_files",
       top("admin: { tls: {} }"),
       {"2:15 T015 admin.tls.certificate", "2:15 T015 admin.tls.key"}},
      {"Client_certificate_without_ca",
       top("admin: { tls: { certificate: c, key: k, client_certificate: optional } }"),
       {"2:61 T015 admin.tls.client_ca"}},
      {"Read_only_clients_without_ca",
       top("admin: { read_only: { clients: [a] } }"),
       {"2:32 T015 admin.tls.client_ca"}},
      {"Other_word_for_client_certificate",
       top("admin: { tls: { certificate: c, key: k, client_ca: a, client_certificate: no } }"),
       {"2:75 T014 admin.tls.client_certificate"}},
      {"Too_large", std::string((1u << 20) + 1, '#'), {"0:0 T002 "}},
      {"Not_utf8", "connectors:\n  \xff", {"2:3 T003 "}},
      {"Syntax", "connectors: [", {"1:14 T004 "}},
      {"Anchor", top("log: &x { level: info }"), {"2:6 T005 log"}},
      {"Tag", top("log: { level: !!str info }"), {"2:15 T006 log.level"}},
      {"Duplicate_key", top("log: { level: info, level: warn }"), {"2:21 T007 log.level"}},
      {"Duplicate_connector",
       "connectors:\n  x: { source: { type: nothing }, sink: { type: nothing } }\n  x: {}\n",
       {"3:3 T007 connectors.x"}},
      {"Too_deep", "a: " + std::string(40, '[') + std::string(40, ']'), {"1:35 T008 "}},
      {"Second_document", top("---\na: 1"), {"2:1 T009 "}},
      {"Second_document_after_mistakes",
       "connectors: { x: { source: { type: nothing }, sink: { type: nothing }, tasks: many } "
       "}\nhtpp: 1\n---\na: 1\n",
       {"1:79 T012 connectors.x.tasks", "2:1 T011 htpp", "3:1 T009 "}},
      {"Key_is_a_list", top("? [a]\n: 1"), {"2:3 T010 "}},
      {"Reference_in_a_key",
       "connectors: { '${X}': {}, x: { source: { type: nothing }, sink: { type: nothing } } }",
       {"1:15 T010 connectors"}},
      {"Unknown_top_key", top("loggs: 1"), {"2:1 T011 loggs"}},
      {"Unknown_connector_key", connector("source_: 1"), {"5:5 T011 connectors.x.source_"}},
      {"Unknown_section_key",
       connector("retry: { maximum: 1s }"),
       {"5:14 T011 connectors.x.retry.maximum"}},
      {"Unknown_option",
       connector("dead_letter: { type: kafka, topic: t, Topicc: t }"),
       {"5:43 T011 connectors.x.dead_letter.Topicc"}},
      {"Wrong_type", connector("tasks: 'two'"), {"5:12 T012 connectors.x.tasks"}},
      {"Out_of_range",
       connector("max_in_flight: 1000001"),
       {"5:20 T013 connectors.x.max_in_flight"}},
      {"Decode_limit_too_small",
       connector("decode_limit: 1000B"),
       {"5:19 T013 connectors.x.decode_limit"}},
      {"Decode_limit_too_large",
       connector("decode_limit: 2GiB"),
       {"5:19 T013 connectors.x.decode_limit"}},
      {"Unknown_word_for_on_too_large",
       connector("dead_letter: { type: nothing, on_too_large: drop }"),
       {"5:49 T014 connectors.x.dead_letter.on_too_large"}},
      {"Hold_max_too_short",
       connector("hold_max: 500ms\n    write_timeout: 100ms"),
       {"5:15 T013 connectors.x.hold_max"}},
      {"Lease_too_short",
       connector("dedup: { type: redis, lease: 999ms, timeout: 1ms }"),
       {"5:34 T013 connectors.x.dedup.lease"}},
      {"Not_allowed", connector("ordering: keys"), {"5:15 T014 connectors.x.ordering"}},
      {"Log_level_not_allowed", top("log: { level: warning }"), {"2:15 T014 log.level"}},
      {"Required_option",
       connector("dead_letter: { type: kafka }"),
       {"5:18 T015 connectors.x.dead_letter.topic"}},
      {"Required_option_empty",
       connector("dead_letter: { type: kafka, topic: '' }"),
       {"5:40 T015 connectors.x.dead_letter.topic"}},
      {"Required_list_empty",
       connector("dead_letter: { type: kafka, topic: t, brokers: '${EMPTY}' }"),
       {"5:52 T015 connectors.x.dead_letter.brokers"}},
      {"No_type", connector("dedup: { address: a }"), {"5:12 T015 connectors.x.dedup.type"}},
      {"No_source_and_no_sink",
       "connectors:\n  x: { tasks: 1 }\n",
       {"2:3 T015 connectors.x.source", "2:3 T015 connectors.x.sink"}},
      {"State_dir_empty", top("state_dir: ''"), {"2:12 T015 state_dir"}},
      {"No_value", connector("tasks:"), {"5:5 T016 connectors.x.tasks"}},
      {"Section_without_value", connector("dedup:"), {"5:5 T016 connectors.x.dedup"}},
      {"No_unit", connector("drain_timeout: 20"), {"5:20 T017 connectors.x.drain_timeout"}},
      {"Section_is_no_mapping", connector("retry: [1s]"), {"5:12 T018 connectors.x.retry"}},
      {"Transforms_are_no_list",
       connector("transforms: { type: every-type }"),
       {"5:17 T018 connectors.x.transforms"}},
      {"Transform_is_no_mapping",
       connector("transforms: [every-type]"),
       {"5:18 T018 connectors.x.transforms[0]"}},
      {"Root_is_a_list", "- connectors\n", {"1:1 T018 "}},
      {"Connector_is_no_mapping", "connectors: { x: y }", {"1:18 T018 connectors.x"}},
      {"Connectors_are_a_list", "connectors: [x]", {"1:13 T018 connectors"}},
      {"Unset_variable", top("state_dir: ${UNSET}"), {"2:12 T020 state_dir"}},
      {"Unset_variable_with_message", top("state_dir: ${EMPTY:?where}"), {"2:12 T020 state_dir"}},
      {"Bad_reference", top("state_dir: '${a b}'"), {"2:12 T021 state_dir"}},
      {"Missing_file", top("state_dir: ${file:/nowhere}"), {"2:12 T022 state_dir"}},
      {"Unusable_value", top("state_dir: ${LATIN1}"), {"2:12 T023 state_dir"}},
      {"Unknown_source_type",
       "connectors: { x: { source: { type: kafka }, sink: { type: nothing } } }",
       {"1:36 T030 connectors.x.source.type"}},
      {"Bad_default",
       connector("dead_letter: { type: bad-default }"),
       {"5:18 T031 connectors.x.dead_letter.count"}},
      {"Option_with_a_host_key",
       connector("dedup: { type: clash }"),
       {"5:12 T031 connectors.x.dedup.lease"}},
      {"Empty_file", "# nothing\n", {"1:1 T040 connectors"}},
      {"No_connectors_key", "log: { level: info }", {"1:1 T040 connectors"}},
      {"Empty_connectors", "connectors: {}", {"1:13 T040 connectors"}},
      {"Empty_name",
       "connectors: { '': { source: { type: nothing }, sink: { type: nothing } } }",
       {"1:15 T041 connectors."}},
      {"Long_name",
       "connectors: {\n ? " + std::string(256, 'n') +
           "\n : { source: { type: nothing }, sink: { type: nothing } } }",
       {"2:4 T041 connectors." + std::string(200, 'n') + "..."}},
      {"Control_character_in_name",
       "connectors: { \"a\\tb\": { source: { type: nothing }, sink: { type: nothing } } }",
       {"1:15 T041 connectors.a\\x09b"}},
      {"Two_id_rules", connector("id: { json: /a, key: true }"), {"5:9 T042 connectors.x.id"}},
      {"No_id_rule", connector("id: {}"), {"5:9 T042 connectors.x.id"}},
      {"False_is_no_id_rule", connector("id: { key: false }"), {"5:16 T042 connectors.x.id.key"}},
      {"Other_word_for_id", connector("id: event_id"), {"5:9 T042 connectors.x.id"}},
      {"Bad_json_pointer", connector("id: { json: event_id }"), {"5:17 T042 connectors.x.id.json"}},
      {"Bad_escape_in_json_pointer",
       connector("id: { json: /a~2 }"),
       {"5:17 T042 connectors.x.id.json"}},
      {"Header_without_name",
       connector("id: { header: '' }"),
       {"5:19 T042 connectors.x.id.header"}},
      {"Two_key_rules", connector("key: { json: /a, header: h }"), {"5:10 T051 connectors.x.key"}},
      {"No_key_rule", connector("key: { on_missing: reject }"), {"5:10 T051 connectors.x.key"}},
      {"False_is_no_key_rule",
       connector("key: { message_id: false }"),
       {"5:24 T051 connectors.x.key.message_id"}},
      {"Bad_json_pointer_of_a_key",
       connector("key: { json: customer }"),
       {"5:18 T051 connectors.x.key.json"}},
      {"False_is_no_routing_key",
       connector("key: { routing_key: false }"),
       {"5:25 T051 connectors.x.key.routing_key"}},
      {"Tasks_of_one_queue_in_order",
       connector("ordering: queue\n    tasks: 2"),
       {"6:12 T052 connectors.x.tasks"}},
      {"Empty_constant_key",
       connector("key: { constant: '' }"),
       {"5:22 T051 connectors.x.key.constant"}},
      {"Unknown_part_of_a_key",
       connector("key: { parts: ['json:/a', 'topic'] }"),
       {"5:19 T051 connectors.x.key.parts"}},
      {"Bad_part_of_a_key",
       connector("key: { parts: ['json:a', 'header:'] }"),
       {"5:19 T051 connectors.x.key.parts", "5:19 T051 connectors.x.key.parts"}},
      {"Word_for_a_key", connector("key: customer"), {"5:10 T018 connectors.x.key"}},
      {"Dedup_without_id",
       connector("id: none\n    dedup: { type: redis }"),
       {"5:9 T043 connectors.x.id"}},
      {"Hold_max_beyond_the_consumer_timeout",
       connector("hold_max: 30m"),
       {"5:15 T044 connectors.x.hold_max"}},
      {"Write_timeout_beyond_hold_max",
       connector("write_timeout: 10m"),
       {"5:20 T044 connectors.x.write_timeout"}},
      {"Hold_max_below_the_default_write_timeout",
       connector("hold_max: 20s"),
       {"5:15 T044 connectors.x.hold_max"}},
      {"Timeout_beyond_lease",
       connector("dedup: { type: redis, timeout: 10s }"),
       {"5:36 T044 connectors.x.dedup.timeout"}},
      {"Retry_initial_beyond_max",
       connector("retry: { initial: 2s, max: 1s }"),
       {"5:23 T044 connectors.x.retry.initial"}},
      {"Transform_without_a_name",
       connector("transforms: [{ type: every-type, name: 'a.b' }]"),
       {"5:44 T049 connectors.x.transforms[0].name"}},
      {"Two_transforms_of_one_name",
       connector("transforms: [{ type: every-type, name: a }, { type: every-type, name: a }]"),
       {"5:75 T049 connectors.x.transforms[1].name"}},
      {"Bad_listen_address", top("admin: { listen: 8083 }"), {"2:18 T045 admin.listen"}},
      {"Port_too_large", top("admin: { listen: 'localhost:65536' }"), {"2:18 T045 admin.listen"}},
      {"Bad_ipv6_address", top("admin: { listen: '[::x]:1' }"), {"2:18 T045 admin.listen"}},
      {"Empty_listen_address", top("http: { listen: '' }"), {"2:17 T045 http.listen"}},
      {"Same_address",
       top("http: { listen: ':9000' }\nadmin: { listen: '127.0.0.1:9000' }"),
       {"3:18 T046 admin.listen"}},
  };
  return all;
}

constexpr connector::Option bad_default[] = {
    connector::Option::integer("count", "A number.").otherwise("many")};
constexpr connector::Option clash[] = {
    connector::Option::duration("lease", "The host has one too.")};

LoadedTopology load(const std::string& text) {
  Loading loading;
  loading.variables = {{"EMPTY", ""}, {"LATIN1", "\xfc"}};
  loading.catalog.add(CONNECTOR_SINK, "bad-default", bad_default);
  loading.catalog.add(CONNECTOR_DEDUP, "clash", clash);
  return loading.text(text);
}

class ProblemCase : public testing::TestWithParam<Case> {};

TEST_P(ProblemCase, Is_reported_at_its_place) {
  const auto loaded = load(GetParam().text);
  EXPECT_FALSE(loaded.config);
  std::vector<std::string> found;
  for (const Problem& problem : loaded.problems) {
    found.push_back(std::to_string(problem.place.line) + ":" +
                    std::to_string(problem.place.column) + " " + problem.code + " " + problem.path);
    EXPECT_FALSE(problem.what.empty() || problem.fix.empty());
    EXPECT_EQ(problem.line().find('\n'), std::string::npos);
  }
  EXPECT_EQ(found, GetParam().expected) << testing::PrintToString(Loading::lines(loaded));
}

INSTANTIATE_TEST_SUITE_P(All, ProblemCase, testing::ValuesIn(cases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ProblemCases, Cover_every_code) {
  std::set<std::string> covered = {"T001", "T024", "T032",
                                   "T099"};  // others have tests of these: TopologyLoader,
                                             // ConnectorLoader, CommandTest, Problems
  for (const Case& each : cases()) {
    for (const std::string& expected : each.expected)
      covered.insert(expected.substr(expected.find('T'), 4));
  }
  for (const ProblemCode& each : problem_codes())
    EXPECT_TRUE(covered.contains(std::string(each.id))) << each.id;
}

TEST(ProblemCases, A_missing_plugin_is_explained) {
  Loading loading;
  loading.catalog.broken["kafak"] =
      "no plugin provides the sink 'kafak'; looked in /p, /q; /p/libkafak.so: file is truncated";
  const auto loaded = loading.text(
      "connectors: { x: { source: { type: nothing }, sink: { type: kafak } } }\nplugin_dirs: [/p, "
      "/q]");
  EXPECT_EQ(Loading::lines(loaded).at(0),
            "t.yaml:1:61: T030 connectors.x.sink.type: no plugin provides the sink 'kafak'; looked "
            "in /p, /q; /p/libkafak.so: file is truncated; "
            "did you mean 'kafka'?");
  loading.catalog.clear();
  EXPECT_EQ(loading.text("connectors: { x: { source: { type: nothing }, sink: { type: kafka } } }")
                .problems.at(0)
                .fix,
            "put the plugin's .so into one of these folders");
}

TEST(ProblemCases, A_type_of_another_kind_is_told_as_such) {
  Loading loading;
  const auto loaded =
      loading.text("connectors: { x: { source: { type: redis }, sink: { type: nothing } } }");
  EXPECT_NE(loaded.problems.at(0).what.find("; of that name is a dedup store"), std::string::npos)
      << loaded.problems.at(0).what;
}

TEST(ProblemCases, A_component_that_is_called_null_needs_quotes) {
  Loading loading;
  static constexpr connector::Option none[] = {connector::Option::string("x", "Nothing.")};
  loading.catalog.add(CONNECTOR_SINK, "null", none);
  const auto loaded =
      loading.text("connectors: { x: { source: { type: nothing }, sink: { type: null } } }");
  EXPECT_EQ(loaded.problems.at(0).code, "T016");
  EXPECT_NE(loaded.problems.at(0).fix.find("type: \"null\""), std::string::npos)
      << loaded.problems.at(0).fix;
  EXPECT_TRUE(
      loading.text("connectors: { x: { source: { type: nothing }, sink: { type: 'null' } } }")
          .config);
}

TEST(ProblemCases, Two_free_ports_are_not_one_address) {
  EXPECT_TRUE(load(top("http: { listen: ':0' }\nadmin: { listen: '127.0.0.1:0' }")).config);
  EXPECT_TRUE(
      load(top("http: { listen: '127.0.0.1:1' }\nadmin: { listen: '127.0.0.2:1' }")).config);
}

}  // namespace
}  // namespace connector_host::topology
