// Which server, and how to get in.
#include <cstdlib>

#include "host/http/listen_socket.hpp"
#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Access : public ControlTest {
 protected:
  Access() { server.on("GET /connectors?expand=status", 200, "{}"); }
};

TEST_F(Access, A_server_that_is_not_there_exits_3) {
  std::uint16_t free_port = 0;
  {
    const http::ListenSocket taken("127.0.0.1", 0);
    free_port = taken.port();
  }
  const Outcome outcome = run_as_it_is({"status", "--url", "http://127.0.0.1:" + std::to_string(free_port)});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cannot be reached: Connection refused"));
  EXPECT_EQ(run_as_it_is({"status", "--url", "http://no.such.host.invalid"}).code, 3);
}

TEST_F(Access, A_server_that_says_nothing_exits_3_at_the_deadline) {
  const http::ListenSocket silent("127.0.0.1", 0);  // the kernel takes the connection, nobody answers
  const Outcome outcome = run_as_it_is({"status", "--url", "http://127.0.0.1:" + std::to_string(silent.port()), "--timeout", "100ms"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no answer within 100 ms"));
}

TEST_F(Access, A_huge_answer_is_not_taken) {
  server.on("GET /connectors/x/status", 200, std::string(17 * 1024 * 1024, ' '));
  const Outcome outcome = run({"status", "x"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("larger than the 16 MiB"));
}

TEST_F(Access, A_token_from_a_file_or_the_environment_lets_in) {
  server.demand("Bearer right");
  EXPECT_EQ(run({"status", "--token-file", file("token", "right\n")}).code, 0);
  ::setenv("CONNECTOR_HOST_TOKEN", "right", 1);
  EXPECT_EQ(run({"status"}).code, 0);
  EXPECT_EQ(run({"status", "--token-file", file("token", "wrong")}).code, 1);  // the file comes first
}

TEST_F(Access, A_wrong_token_exits_1_and_is_not_shown) {
  server.demand("Bearer right");
  const Outcome outcome = run({"status", "--token-file", file("token", "canary")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("who are you? (HTTP 401) (give --token-file"));
  EXPECT_THAT(outcome.err + outcome.out, Not(HasSubstr("canary")));
}

TEST_F(Access, A_user_and_a_password_let_in) {
  server.demand("Basic b3BzOnDDpHNzOndvcmQ=");  // ops:päss:word
  EXPECT_EQ(run({"status", "--user", "ops", "--password-file", file("password", "päss:word\r\n")}).code, 0);
}

TEST_F(Access, What_cannot_be_sent_as_a_secret_exits_2_and_is_not_shown) {
  for (const std::string text : {"", "\n", "canary\nX: y", "canary\n\n"}) {
    const Outcome outcome = run({"status", "--token-file", file("token", text)});
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr("--token-file"));
    EXPECT_THAT(outcome.err, Not(HasSubstr("canary")));
  }
  EXPECT_EQ(run({"status", "--token-file", "/nonexistent"}).code, 2);
  EXPECT_EQ(run({"status", "--token-file", folder}).code, 2);
  EXPECT_EQ(run({"status", "--user", "a:b", "--password-file", file("password", "x")}).code, 2);
}

TEST_F(Access, The_URL_comes_from_the_option_or_else_the_environment) {
  ::setenv("CONNECTOR_HOST_URL", server.url().c_str(), 1);
  EXPECT_EQ(run_as_it_is({"status"}).code, 0);
  ::setenv("CONNECTOR_HOST_URL", "nonsense", 1);
  EXPECT_EQ(run({"status"}).code, 0);
  EXPECT_THAT(run_as_it_is({"status"}).err, HasSubstr("CONNECTOR_HOST_URL: 'nonsense'"));
}

TEST_F(Access, A_path_of_the_URL_stands_before_every_path) {
  server.on("GET /kafka/connect/connectors?expand=status", 200, "{}");
  EXPECT_EQ(run_as_it_is({"status", "--url", server.url() + "/kafka/connect/"}).code, 0);
}

TEST_F(Access, A_password_in_the_URL_is_refused_and_not_shown) {
  const Outcome outcome = run_as_it_is({"status", "--url", "http://me:canary@127.0.0.1:1"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, Not(HasSubstr("canary")));
}

TEST_F(Access, Certificates_for_a_server_without_TLS_exit_2) {
  EXPECT_EQ(run({"status", "--ca", "/nonexistent"}).code, 2);
  const Outcome missing = run_as_it_is({"status", "--url", "https://127.0.0.1:1", "--ca", "/nonexistent"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("/nonexistent"));
}

TEST_F(Access, TLS_with_a_server_that_speaks_none_exits_3) {
  const Outcome outcome = run_as_it_is({"status", "--url", "https" + server.url().substr(4)});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no TLS connection"));
}

}  // namespace
}  // namespace connector_host::cli
