#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using testing::HasSubstr;
using OffsetsCommand = ControlTest;

constexpr const char* offsets =
    R"({"offsets":[{"partition":{"filename":"/in"},"offset":{"position":48}},{"partition":{"filename":"/b"},"offset":null}]})";

TEST_F(OffsetsCommand, They_are_a_table_or_the_servers_document) {
  server.on("GET /connectors/a/offsets", 200, offsets);
  EXPECT_EQ(run({"offsets", "a"}).out,
            "PARTITION           OFFSET\n"
            "{\"filename\":\"/in\"}  {\"position\":48}\n"
            "{\"filename\":\"/b\"}   null\n");
  EXPECT_EQ(run({"offsets", "a", "--json"}).out, std::string(offsets) + "\n");
}

TEST_F(OffsetsCommand, None_are_said_so) {
  server.on("GET /connectors/a/offsets", 200, R"({"offsets":[]})");
  EXPECT_EQ(run({"offsets", "a"}).out, "no offsets\n");
}

TEST_F(OffsetsCommand, They_are_reset) {
  server.on("DELETE /connectors/a/offsets", 200,
            R"({"message":"The offsets for this connector have been reset successfully"})");
  const Outcome outcome = run({"offsets", "a", "--reset"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "The offsets for this connector have been reset successfully\n");
}

TEST_F(OffsetsCommand, They_are_set_to_what_a_file_says_untouched) {
  server.on("PATCH /connectors/a/offsets", 200, R"({"message":"altered"})");
  const std::string document =
      "{ \"offsets\" : [\n{\"partition\":{},\"offset\":{\"position\":9007199254740993}}] }\n";
  EXPECT_EQ(run({"offsets", "a", "--set", file("offsets", document)}).out, "altered\n");
  EXPECT_EQ(server.last_body(), document);
  EXPECT_EQ(run({"offsets", "a", "--set", file("offsets", document), "--json"}).out,
            "{\"message\":\"altered\"}\n");
}

TEST_F(OffsetsCommand, A_file_that_is_no_JSON_is_not_sent) {
  const Outcome outcome = run({"offsets", "a", "--set", file("offsets", "offsets: []")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("is no JSON"));
  EXPECT_TRUE(server.asked().empty());
}

TEST_F(OffsetsCommand, Of_a_connector_that_runs_they_are_not_changed) {
  server.on(
      "DELETE /connectors/a/offsets", 400,
      R"({"error_code":400,"message":"Connectors must be in the STOPPED state before their offsets can be modified."})");
  const Outcome outcome = run({"offsets", "a", "--reset"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("STOPPED state"));
}

TEST_F(OffsetsCommand, What_are_no_offsets_is_no_answer) {
  server.on("GET /connectors/a/offsets", 200, "[]");
  EXPECT_EQ(run({"offsets", "a"}).code, 1);
}

}  // namespace
}  // namespace connector_host::cli
