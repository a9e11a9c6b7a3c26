// pause, resume, stop and restart.
#include <nlohmann/json.hpp>

#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class ChangeCommand : public ControlTest {
 protected:
  // The states that are told one after the other, the last one for ever.
  void told(const std::vector<std::string>& statuses) {
    for (const std::string& each : statuses) server.on("GET /connectors/a/status", 200, each);
  }
};

TEST_F(ChangeCommand, Each_makes_its_request_and_returns_when_it_is_accepted) {
  const struct {
    std::vector<std::string> arguments;
    std::string request, said;
    int status;
  } rows[] = {{{"pause", "a b"}, "PUT /connectors/a b/pause", "a b: pausing\n", 202},
              {{"resume", "a b"}, "PUT /connectors/a b/resume", "a b: resuming\n", 202},
              {{"stop", "a b"}, "PUT /connectors/a b/stop", "a b: stopping\n", 204},
              {{"restart", "a b"}, "POST /connectors/a b/restart", "a b: restarting\n", 204},
              {{"restart", "a b", "--tasks"},
               "POST /connectors/a b/restart?includeTasks=true&onlyFailed=false",
               "a b: restarting\n",
               202},
              {{"restart", "a b", "--only-failed"},
               "POST /connectors/a b/restart?includeTasks=false&onlyFailed=true",
               "a b: restarting\n",
               202},
              {{"restart", "a b", "--tasks", "--only-failed"},
               "POST /connectors/a b/restart?includeTasks=true&onlyFailed=true",
               "a b: restarting\n",
               202},
              {{"restart", "a b", "--task", "3"},
               "POST /connectors/a b/tasks/3/restart",
               "a b task 3: restarting\n",
               204}};
  server.on("GET /connectors/a b/tasks/3/status", 200, R"({"id":3,"state":"FAILED"})");
  for (const auto& row : rows) {
    server.on(row.request, row.status);
    const Outcome outcome = run(row.arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, row.said);
    EXPECT_EQ(server.asked().back(), row.request);
  }
}

TEST_F(ChangeCommand, JSON_is_what_the_server_answers_or_an_empty_object) {
  server.on("PUT /connectors/a/pause", 202);
  server.on("POST /connectors/a/restart?includeTasks=true&onlyFailed=false", 202,
            status_of("a", "RESTARTING", {}));
  EXPECT_EQ(run({"pause", "a", "--json"}).out, "{}\n");
  EXPECT_EQ(run({"restart", "a", "--tasks", "--json"}).out,
            status_of("a", "RESTARTING", {}) + "\n");
}

TEST_F(ChangeCommand, A_refusal_exits_1_with_the_reason) {
  server.on("PUT /connectors/a/pause", 404,
            R"({"error_code":404,"message":"Unknown connector a"})");
  const Outcome outcome = run({"pause", "a"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr(": Unknown connector a (HTTP 404)\n"));
}

TEST_F(ChangeCommand, Waiting_returns_when_every_task_is_there) {
  server.on("PUT /connectors/a/pause", 202);
  told({status_of("a", "RUNNING", {"RUNNING", "RUNNING"}),
        status_of("a", "PAUSED", {"PAUSED", "RUNNING"}),
        status_of("a", "PAUSED", {"PAUSED", "PAUSED"})});
  const Outcome outcome = run({"pause", "a", "--wait"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "a: paused\n");
  EXPECT_EQ(server.asked().size(), 4u);
}

TEST_F(ChangeCommand, Waiting_prints_the_last_status_as_JSON) {
  server.on("PUT /connectors/a/stop", 204);
  told({status_of("a", "STOPPED", {"RUNNING"}), status_of("a", "STOPPED", {})});
  EXPECT_EQ(run({"stop", "a", "--wait", "--json"}).out, status_of("a", "STOPPED", {}) + "\n");
}

TEST_F(ChangeCommand, What_is_resumed_is_not_there_before_it_has_tasks) {
  server.on("PUT /connectors/a/resume", 202);
  told({status_of("a", "RUNNING", {}), status_of("a", "RUNNING", {"RUNNING"})});
  EXPECT_EQ(run({"resume", "a", "--wait"}).code, 0);
  EXPECT_EQ(server.asked().size(), 3u);
}

TEST_F(ChangeCommand, Waiting_ends_at_its_limit_with_what_is_missing) {
  server.on("PUT /connectors/a/pause", 202);
  told({status_of("a", "PAUSED", {"PAUSED", "RUNNING"})});
  for (const char* limit : {"2", "2s", "2000ms"}) {
    const Outcome outcome = run({"pause", "a", "--wait", limit});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr(": a task 1 is RUNNING and not PAUSED, after 2s\n"));
  }
}

TEST_F(ChangeCommand, A_dependency_that_is_down_is_named_as_the_reason) {
  server.on("PUT /connectors/a/resume", 202);
  told(
      {R"({"name":"a","connector":{"state":"RUNNING"},"type":"source","tasks":[{"id":0,"state":"UNASSIGNED",
         "dependencies":[{"name":"source","up":false,"breaker":"closed"},{"name":"sink","up":false,"breaker":"open","last_error":"Connection refused"}]}]})"});
  EXPECT_THAT(
      run({"resume", "a", "--wait", "1"}).err,
      HasSubstr(
          "a task 0 is UNASSIGNED and not RUNNING; sink is down: Connection refused, after 1s"));
}

TEST_F(ChangeCommand, A_task_that_stays_failed_is_not_waited_for) {
  server.on("PUT /connectors/a/resume", 202);
  told({status_of("a", "RUNNING", {"FAILED"})});
  const Outcome outcome = run({"resume", "a", "--wait", "1h"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr(": a task 0 is FAILED: Broken: by a test\n"));
  EXPECT_LT(server.asked().size(), 30u);
}

TEST_F(ChangeCommand, A_failure_from_before_the_restart_does_not_count) {
  server.on("GET /connectors/a/tasks/0/status", 200, R"({"id":0,"state":"FAILED"})");
  server.on("POST /connectors/a/tasks/0/restart", 204);
  told({status_of("a", "RUNNING", {"FAILED"}), status_of("a", "RUNNING", {"FAILED"}),
        status_of("a", "RUNNING", {"RUNNING"})});
  EXPECT_EQ(run({"restart", "a", "--task", "0", "--wait"}).code, 0);
}

TEST_F(ChangeCommand, A_task_that_is_not_there_is_not_restarted) {
  server.on("GET /connectors/a/tasks/7/status", 404,
            R"({"error_code":404,"message":"No status found for task a-7"})");
  server.on("POST /connectors/a/tasks/7/restart", 204);
  const Outcome outcome = run({"restart", "a", "--task", "7"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("No status found for task a-7"));
  EXPECT_THAT(server.asked(), ElementsAre("GET /connectors/a/tasks/7/status"));
}

TEST_F(ChangeCommand, A_name_after_wait_is_the_name) {
  server.on("PUT /connectors/a/pause", 202);
  told({status_of("a", "PAUSED", {})});
  EXPECT_EQ(run({"pause", "--wait", "a"}).out, "a: paused\n");
}

TEST_F(ChangeCommand, All_are_changed_even_when_one_of_them_refuses) {
  server.on("GET /connectors", 200, R"(["a","b","c"])");
  server.on("PUT /connectors/a/pause", 202);
  server.on("PUT /connectors/b/pause", {400, "text/html", "<title>no</title>", {}});
  server.on("PUT /connectors/c/pause", 202);
  const Outcome text = run({"pause", "--all"});
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.out, "a: pausing\nc: pausing\n");
  EXPECT_THAT(text.err, HasSubstr(": b: answered HTTP 400: no\n"));
  const json document = json::parse(run({"pause", "--all", "--json"}).out);
  EXPECT_EQ(document["a"], json::object());
  EXPECT_EQ(document["b"]["error_code"], 400);
}

TEST_F(ChangeCommand, All_of_none_is_nothing_to_do) {
  server.on("GET /connectors", 200, "[]");
  EXPECT_EQ(run({"stop", "--all"}).code, 0);
  EXPECT_EQ(run({"stop", "--all", "--json"}).out, "{}\n");
}

}  // namespace
}  // namespace connector_host::cli
