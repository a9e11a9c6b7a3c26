#include <fstream>

#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using StatusCommand = ControlTest;

constexpr const char* all = "GET /connectors?expand=status";

// What only a connector-host tells.
constexpr const char* ours =
    R"({"name":"orders","connector":{"state":"RUNNING","worker_id":"h:8083"},"type":"source","health":"degraded",
  "records":{"received":100,"delivered":90,"duplicate":5,"dead_lettered":1,"dropped":0,"returned":0,"in_flight":4},
  "tasks":[{"id":0,"state":"RUNNING","worker_id":"h:8083","detail":"holding","health":"degraded","in_flight":4,"seconds_since_progress":3.25,
    "dependencies":[{"name":"source","up":false,"breaker":"closed"},{"name":"sink","up":false,"breaker":"open","last_error":"Connection refused"}]}]})";

std::string expanded(const std::vector<std::string>& statuses) {
  std::string out;
  for (const std::string& each : statuses)
    out += (out.empty() ? "" : ",") + ("\"" + std::to_string(out.size())) + R"(":{"status":)" +
           each + "}";
  return "{" + out + "}";
}

TEST_F(StatusCommand, All_connectors_are_a_table_and_then_what_is_wrong) {
  server.on(all, 200,
            expanded({ours, status_of("files", "RUNNING", {"RUNNING", "FAILED"}),
                      status_of("at rest", "PAUSED", {"PAUSED"})}));
  const Outcome outcome = run({"status"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            "CONNECTOR  TYPE    STATE    HEALTH    TASKS\n"
            "at rest    source  PAUSED               0/1\n"
            "files      source  RUNNING              1/2\n"
            "orders     source  RUNNING  degraded    1/1\n"
            "\n"
            "files task 1 FAILED: Broken: by a test\n"
            "orders, sink down (breaker open): Connection refused\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(StatusCommand, A_stalled_task_is_told_with_what_is_seen_of_it) {
  server.on(
      all, 200,
      expanded(
          {R"({"name":"orders","connector":{"state":"RUNNING"},"type":"source","health":"unhealthy",
              "tasks":[{"id":0,"state":"RUNNING","detail":"STALLED","stalled":"records wait in the source"}]})"}));
  EXPECT_THAT(run({"status"}).out,
              HasSubstr("\norders task 0 STALLED: records wait in the source\n"));
}

TEST_F(StatusCommand, No_connectors_are_said_so) {
  server.on(all, 200, "{}");
  EXPECT_EQ(run({"status"}).out, "no connectors\n");
}

TEST_F(StatusCommand, One_connector_is_shown_in_full) {
  server.on("GET /connectors/orders/status", 200, ours);
  const Outcome outcome = run({"status", "orders"});
  EXPECT_EQ(outcome.code, 0);
  for (const char* each :
       {"state       RUNNING\n", "health      degraded\n",
        "received 100, delivered 90, duplicate 5, dead-lettered 1", "RUNNING (holding)", "3.2 s",
        "0  sink        no  open     Connection refused\n"}) {
    EXPECT_THAT(outcome.out, HasSubstr(each));
  }
}

TEST_F(StatusCommand, The_trace_of_a_failed_task_is_shown_whole) {
  server.on("GET /connectors/files/status", 200, status_of("files", "RUNNING", {"FAILED"}));
  EXPECT_THAT(run({"status", "files"}).out,
              HasSubstr("The failure of task 0:\n  Broken: by a test\n   at line 1\n"));
}

TEST_F(StatusCommand, JSON_is_the_servers_own_document) {
  server.on(all, 200, expanded({ours}));
  server.on("GET /connectors/orders/status", 200, ours);
  EXPECT_EQ(run({"status", "--json"}).out, expanded({ours}) + "\n");
  EXPECT_EQ(run({"status", "orders", "--json"}).out, std::string(ours) + "\n");
}

TEST_F(StatusCommand, A_name_of_any_letters_reaches_the_server_as_it_is) {
  for (const std::string name :
       {"with space", "ünï–码", "100%", "a&b=c?d#e", "status", "--json", "[x]", "+"}) {
    server.on("GET /connectors/" + name + "/status", 200, status_of("found", "RUNNING", {}));
    const Outcome outcome = run({"status", "--", name});
    EXPECT_EQ(outcome.code, 0) << name << ": " << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("found"));
  }
}

TEST_F(StatusCommand, A_slash_stays_part_of_the_name) {
  server.on("GET /connectors/a%2Fb/status", 200,
            status_of("found", "RUNNING", {}));  // our server leaves it encoded in the path
  EXPECT_EQ(run({"status", "a/b"}).code, 0);
}

TEST_F(StatusCommand, Nothing_of_a_server_moves_the_cursor) {
  server.on(
      all, 200,
      expanded(
          {R"({"name":"a\u001b[2Jb","connector":{"state":"FAILED","worker_id":"","trace":"\u001b]0;x\u0007"},"tasks":[],"type":"source"})"}));
  server.on("GET /connectors/x/status", 404, R"({"error_code":404,"message":"no\n\u001b[31mx"})");
  EXPECT_THAT(run({"status"}).out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(run({"status", "x"}).err,
            "connector-host: " + server.url() + ": no\\n\\x1b[31mx (HTTP 404)\n");
}

TEST_F(StatusCommand, A_refusal_is_the_servers_message_in_one_line) {
  server.on("GET /connectors/x/status", 404,
            R"({"error_code":404,"message":"No status found for connector x"})");
  const Outcome text = run({"status", "x"});
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.out, "");
  EXPECT_EQ(text.err,
            "connector-host: " + server.url() + ": No status found for connector x (HTTP 404)\n");
  const Outcome json = run({"status", "x", "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(json.out, "{\"error_code\":404,\"message\":\"No status found for connector x\"}\n");
}

TEST_F(StatusCommand, A_web_page_is_no_answer) {
  server.on(all, {200, "text/html", "<html><title>Welcome</title></html>", {}});
  server.on("GET /connectors/x/status",
            {502, "text/html", "<html><title>502 Bad Gateway</title></html>", {}});
  const Outcome welcome = run({"status"});
  EXPECT_EQ(welcome.code, 1);
  EXPECT_THAT(welcome.err, HasSubstr("text/html"));
  const Outcome proxy = run({"status", "x", "--json"});
  EXPECT_EQ(proxy.code, 1);
  EXPECT_EQ(proxy.out, "");
  EXPECT_THAT(proxy.err, HasSubstr("answered HTTP 502: 502 Bad Gateway"));
}

TEST_F(StatusCommand, JSON_that_is_no_status_is_no_answer) {
  for (const char* each : {"[]", "null", "1", "{\"a\":1}", ""}) {
    server.on(all, 200, each);
    run({"status"});  // takes the one before
    EXPECT_EQ(run({"status"}).code, 1) << each;
  }
}

TEST_F(StatusCommand, A_conflict_is_asked_again_until_it_has_passed) {
  server.on(all, 409, R"({"error_code":409,"message":"rebalance"})");
  server.on(all, 409, R"({"error_code":409,"message":"rebalance"})");
  server.on(all, 200, "{}");
  EXPECT_EQ(run({"status"}).code, 0);
  EXPECT_EQ(server.asked().size(), 3u);
}

TEST_F(StatusCommand, A_conflict_that_does_not_pass_is_told_after_the_timeout) {
  server.on(all, 409, R"({"error_code":409,"message":"rebalance"})");
  const Outcome outcome = run({"status", "--timeout", "2s"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("rebalance"));
  EXPECT_EQ(server.asked().size(), 10u);
}

}  // namespace
}  // namespace connector_host::cli
