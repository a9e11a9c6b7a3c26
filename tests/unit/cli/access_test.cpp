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
  const Outcome outcome =
      run_as_it_is({"status", "--url", "http://127.0.0.1:" + std::to_string(free_port)});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cannot be reached: Connection refused"));
  EXPECT_EQ(run_as_it_is({"status", "--url", "http://no.such.host.invalid"}).code, 3);
}

TEST_F(Access, A_server_that_says_nothing_exits_3_at_the_deadline) {
  const http::ListenSocket silent("127.0.0.1",
                                  0);  // the kernel takes the connection, nobody answers
  const Outcome outcome =
      run_as_it_is({"status", "--url", "http://127.0.0.1:" + std::to_string(silent.port()),
                    "--timeout", "100ms"});
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
  EXPECT_EQ(run({"status", "--token-file", file("token", "wrong")}).code,
            1);  // the file comes first
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
  EXPECT_EQ(
      run({"status", "--user", "ops", "--password-file", file("password", "päss:word\r\n")}).code,
      0);
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

// The Unix socket of a host whose port, the scripted server's, wants a login.
class SocketAccess : public ControlTest {
 protected:
  SocketAccess() { at_socket.start(); }
  void refuse_at_port(const std::string& instance) {
    server.on("GET /connectors?expand=status",
              {401,
               "application/json",
               R"({"message":"log in"})",
               {{"Connector-Host-Socket", path}, {"Connector-Host-Instance", instance}}});
  }

  const std::string path = folder + "/admin.sock";
  std::vector<std::string> asked;  // the server's thread has ended, or waits, when it is read
  http::Server at_socket{
      {},
      [this](const http::Request& request) {
        asked.push_back(request.method + " " + request.path);
        return http::Response{
            200, "application/json", "{}", {{"Connector-Host-Instance", "this-host"}}};
      },
      std::make_unique<http::LocalSocket>(path, std::nullopt)};
};

TEST_F(SocketAccess, A_refusal_that_names_the_socket_of_the_same_host_is_followed_there) {
  refuse_at_port("this-host");
  EXPECT_EQ(run({"status"}).code, 0);
  EXPECT_EQ(asked, (std::vector<std::string>{"GET /health", "GET /connectors"}));
}

TEST_F(SocketAccess, The_socket_of_another_host_is_not_used) {
  refuse_at_port("a-host-behind-a-tunnel");
  const Outcome outcome = run({"status"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("log in (HTTP 401)"));
  EXPECT_EQ(asked, (std::vector<std::string>{"GET /health"}));
}

TEST_F(SocketAccess, A_login_that_was_given_is_never_replaced) {
  refuse_at_port("this-host");
  EXPECT_EQ(run({"status", "--token-file", file("token", "wrong")}).code, 1);
  EXPECT_TRUE(asked.empty());
}

TEST_F(SocketAccess, A_socket_that_cannot_be_reached_leaves_the_refusal) {
  refuse_at_port("this-host");
  at_socket.stop();
  EXPECT_THAT(run({"status"}).err, HasSubstr("log in (HTTP 401)"));
}

TEST_F(SocketAccess, A_URL_can_be_the_socket) {
  for (const std::string& url : {"unix:" + path, "unix://" + path})
    EXPECT_EQ(run_as_it_is({"status", "--url", url}).code, 0) << url;
  EXPECT_EQ(asked.size(), 2u);
  const Outcome missing = run_as_it_is({"status", "--url", "unix:" + folder + "/none"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("unix:" + folder + "/none: cannot be reached: No such file"));
  for (const std::string& url : {std::string("unix:"), "unix:/" + std::string(107, 'x')}) {
    const Outcome bad = run_as_it_is({"status", "--url", url});
    EXPECT_EQ(bad.code, 2) << url;
    EXPECT_THAT(bad.err, HasSubstr("names no Unix socket"));
  }
}

TEST_F(Access, Certificates_for_a_server_without_TLS_exit_2) {
  EXPECT_EQ(run({"status", "--ca", "/nonexistent"}).code, 2);
  const Outcome missing =
      run_as_it_is({"status", "--url", "https://127.0.0.1:1", "--ca", "/nonexistent"});
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
