#include <nlohmann/json.hpp>

#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using testing::HasSubstr;
using LogLevelCommand = ControlTest;

constexpr const char* loggers =
    R"({"kafka":{"level":"DEBUG","last_modified":1700000000000},"root":{"level":"INFO","last_modified":null}})";

TEST_F(LogLevelCommand, All_levels_are_a_table_or_the_servers_document) {
  server.on("GET /admin/loggers", 200, loggers);
  EXPECT_EQ(run({"log-level"}).out,
            "LOGGER  LEVEL  CHANGED\n"
            "kafka   DEBUG  2023-11-14T22:13:20Z\n"
            "root    INFO\n");
  EXPECT_EQ(run({"log-level", "--json"}).out, std::string(loggers) + "\n");
}

TEST_F(LogLevelCommand, The_level_of_one_logger_is_a_word) {
  server.on("GET /admin/loggers/a.b c", 200, R"({"level":"WARN","last_modified":null})");
  EXPECT_EQ(run({"log-level", "a.b c"}).out, "WARN\n");
}

TEST_F(LogLevelCommand, A_level_is_set_and_what_has_changed_is_told) {
  server.on("PUT /admin/loggers/root", 200, R"(["kafka","root"])");
  const Outcome outcome = run({"log-level", "root", "DEBUG"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "kafka: DEBUG\nroot: DEBUG\n");
  EXPECT_EQ(server.last_body(), R"({"level":"DEBUG"})");
  EXPECT_EQ(run({"log-level", "root", "DEBUG", "--json"}).out, "[\"kafka\",\"root\"]\n");
}

TEST_F(LogLevelCommand, Of_hundreds_that_have_changed_a_few_are_named) {
  nlohmann::json names = nlohmann::json::array();
  for (int i = 0; i < 300; ++i) names.push_back("l" + std::to_string(i));
  server.on("PUT /admin/loggers/root", 200, names.dump());
  EXPECT_THAT(run({"log-level", "root", "DEBUG"}).out, HasSubstr("l9: DEBUG\nand 290 more\n"));
}

TEST_F(LogLevelCommand, What_had_that_level_already_has_not_changed) {
  server.on("PUT /admin/loggers/root", 200, "[]");
  server.on("PUT /admin/loggers/a", 204);
  EXPECT_EQ(run({"log-level", "root", "DEBUG"}).out, "nothing has changed\n");
  EXPECT_EQ(run({"log-level", "a", "DEBUG"}).code, 0);
}

TEST_F(LogLevelCommand, A_level_that_is_none_exits_1) {
  server.on("PUT /admin/loggers/root", 404,
            R"({"error_code":404,"message":"invalid log level 'LOUD'."})");
  const Outcome outcome = run({"log-level", "root", "LOUD"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("invalid log level 'LOUD'."));
}

}  // namespace
}  // namespace connector_host::cli
