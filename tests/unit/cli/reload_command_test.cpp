#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using testing::HasSubstr;
using ReloadCommand = ControlTest;

constexpr const char* problems = R"({"error_code":400,"message":"2 problems","problems":[
  {"file":"t.yaml","line":3,"column":5,"code":"T012","path":"connectors.a.sink","what":"is unknown","fix":"did you mean sinks?"},
  {"file":"t.yaml","line":0,"column":0,"code":"T001","path":"","what":"is empty","fix":"name a connector"}]})";

TEST_F(ReloadCommand, What_the_host_did_is_told) {
  server.on("POST /admin/reload", 200,
            R"({"started":["a","b"],"stopped":[],"restarted":["c"],"unchanged":3})");
  const Outcome outcome = run({"reload"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "reloaded\nstarted: a, b\nrestarted: c\n");
}

TEST_F(ReloadCommand, An_answer_without_a_document_is_good) {
  server.on("POST /admin/reload", 204);
  EXPECT_EQ(run({"reload"}).out, "reloaded\n");
  EXPECT_EQ(run({"reload", "--json"}).out, "{}\n");
}

TEST_F(ReloadCommand, Problems_of_the_topology_are_a_line_each_as_validate_prints_them) {
  server.on("POST /admin/reload", 400, problems);
  const Outcome text = run({"reload"});
  EXPECT_EQ(text.code, 1);
  EXPECT_EQ(text.err,
            "t.yaml:3:5: T012 connectors.a.sink: is unknown; did you mean sinks?\n"
            "t.yaml: T001: is empty; name a connector\n");
  const Outcome json = run({"reload", "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(json.out, std::string(problems) + "\n");
}

TEST_F(ReloadCommand, A_refusal_without_problems_is_its_message) {
  server.on("POST /admin/reload", 500, R"({"error_code":500,"message":"the file is gone"})");
  const Outcome outcome = run({"reload"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("the file is gone (HTTP 500)"));
}

TEST_F(ReloadCommand, A_Kafka_Connect_has_no_reload) {
  server.on("POST /admin/reload", 404, R"({"error_code":404,"message":"HTTP 404 Not Found"})");
  const Outcome outcome = run({"reload"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("has no reload"));
}

}  // namespace
}  // namespace connector_host::cli
