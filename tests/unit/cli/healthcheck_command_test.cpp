// The healthcheck command against a server of our own.
#include "host/cli/healthcheck_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "host/cli/command_line.hpp"
#include "tests/unit/cli/scripted_server.hpp"

namespace connector_host::cli {
namespace {

using testing::HasSubstr;

class HealthcheckCommand : public testing::Test {
 protected:
  HealthcheckCommand() { ::unsetenv("CONNECTOR_HOST_HEALTH_URL"); }
  ~HealthcheckCommand() override { ::unsetenv("CONNECTOR_HOST_HEALTH_URL"); }

  // As the program is called: the command line is parsed, and what it says is run.
  int run(const std::vector<const char*>& arguments) {
    std::vector<const char*> argv{"connector-host", "healthcheck"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const ParsedCommandLine parsed = parse_command_line(int(argv.size()), argv.data());
    if (!parsed.command_line) return parsed.code;
    EXPECT_EQ(parsed.command_line->command, Command::healthcheck);
    return healthcheck(parsed.command_line->health_url, out, err);
  }

  ScriptedServer server;
  std::ostringstream out, err;
};

TEST_F(HealthcheckCommand, A_host_that_is_alive_is_0_and_a_line) {
  server.on("GET /livez", {200, "text/plain", "alive\n", {}});
  const std::string url = server.url();
  EXPECT_EQ(run({"--url", url.c_str()}), exit_ok);
  EXPECT_EQ(out.str(), url + "/livez: alive\n");
  EXPECT_EQ(err.str(), "");
  EXPECT_THAT(server.asked(), testing::ElementsAre("GET /livez"));
}

TEST_F(HealthcheckCommand, The_variable_names_the_server_and_the_option_comes_before_it) {
  server.on("GET /livez", {200, "text/plain", "alive\n", {}});
  ::setenv("CONNECTOR_HOST_HEALTH_URL", server.url().c_str(), 1);
  EXPECT_EQ(run({}), exit_ok);
  EXPECT_EQ(run({"--url", "http://127.0.0.1:1"}), exit_unreachable);
}

TEST_F(HealthcheckCommand,
       Any_other_answer_is_1_and_no_answer_is_3_each_with_a_line_that_says_why) {
  server.on("GET /livez", 503);
  EXPECT_EQ(run({"--url", server.url().c_str()}), exit_runtime);
  EXPECT_EQ(err.str(), "connector-host: " + server.url() + "/livez: answered HTTP 503\n");
  err.str("");
  EXPECT_EQ(run({"--url", "http://127.0.0.1:1"}), exit_unreachable);
  EXPECT_THAT(err.str(), HasSubstr("http://127.0.0.1:1/livez: cannot be reached"));
  EXPECT_EQ(out.str(), "");
}

TEST_F(HealthcheckCommand, An_address_that_is_none_is_2_and_names_where_it_stands) {
  EXPECT_EQ(run({"--url", "127.0.0.1:8080"}), exit_config);
  EXPECT_THAT(err.str(), HasSubstr("--url: "));
  ::setenv("CONNECTOR_HOST_HEALTH_URL", "http://", 1);
  EXPECT_EQ(run({}), exit_config);
  EXPECT_THAT(err.str(), HasSubstr("CONNECTOR_HOST_HEALTH_URL: "));
  EXPECT_EQ(run({"--url", ""}), exit_config);
}

}  // namespace
}  // namespace connector_host::cli
