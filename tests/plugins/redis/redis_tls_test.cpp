// The redis store over TLS to a real server, with certificates made for the test by openssl(1).
#include <cstdlib>

#include "redis_fixture.hpp"
#include "redis_server.hpp"

namespace connector_tests {
namespace {

// Certificates of one authority: of a server called localhost, of a server called elsewhere, of a
// client.
class RedisTls : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = keeper_.directory();
    shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=test-ca -keyout ca.key -out ca.pem");
    certificate("server", "DNS:localhost,IP:127.0.0.1");
    certificate("elsewhere", "DNS:elsewhere.example.com");
    certificate("client", "DNS:client");
  }
  std::string file(const std::string& name) const { return directory_ + "/" + name; }
  RedisServer::Arguments arguments(const std::string& name, int port) const {
    return {"--bind",
            "127.0.0.1",
            "--tls-port",
            std::to_string(port),
            "--tls-cert-file",
            file(name + ".pem"),
            "--tls-key-file",
            file(name + ".key"),
            "--tls-ca-cert-file",
            file("ca.pem"),
            "--tls-auth-clients",
            "optional"};
  }

 private:
  void certificate(const std::string& name, const std::string& names) {
    shell("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name +
          " -keyout " + name + ".key -out " + name + ".csr");
    shell("echo subjectAltName=" + names + " > " + name + ".ext");
    shell("openssl x509 -req -days 2 -in " + name +
          ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile " + name + ".ext -out " + name +
          ".pem");
  }
  void shell(const std::string& command) {
    ASSERT_EQ(
        std::system(("cd " + directory_ + " && { " + command + " ; } >/dev/null 2>&1").c_str()), 0)
        << command;
  }

  RedisServer keeper_;  // of the directory, and a server without TLS
  std::string directory_;
};

TEST_F(RedisTls, Work_is_done_over_it) {
  const int port = free_port();
  RedisServer server(arguments("server", port));
  for (const char* host : {"localhost:", "127.0.0.1:"}) {
    Store store(host + std::to_string(port), {{"tls", "true"}, {"ca_file", file("ca.pem")}});
    EXPECT_CODE(store.check(), CONNECTOR_OK);
    EXPECT_CODE(store.open(), CONNECTOR_OK);
    std::vector<std::string> ids;
    for (int i = 0; i < 3000; ++i) ids.push_back(host + std::to_string(i) + std::string(100, 'x'));
    EXPECT_EQ(store.claim(ids).states, std::vector<int>(ids.size(), is_new));
    EXPECT_CODE(store.commit(ids), CONNECTOR_OK);
    EXPECT_EQ(store.claim(ids).states, std::vector<int>(ids.size(), done));
    EXPECT_EQ(store.host().metric(0), 1) << "one connection does it all";
  }
}

TEST_F(RedisTls, A_certificate_that_is_not_trusted_or_of_another_host_is_refused) {
  const int port = free_port();
  RedisServer server(arguments("elsewhere", port));
  Store stranger("127.0.0.1:" + std::to_string(port), {{"tls", "true"}});
  Store elsewhere("localhost:" + std::to_string(port),
                  {{"tls", "true"}, {"ca_file", file("ca.pem")}});
  for (const Answer& answer : {stranger.open(), elsewhere.open(), elsewhere.check()}) {
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, "certificate is refused")) << answer.message;
  }
  Store careless("localhost:" + std::to_string(port), {{"tls", "true"}, {"verify", "false"}});
  EXPECT_CODE(careless.open(), CONNECTOR_OK);
  EXPECT_TRUE(contains(careless.host().logged().at(0), "verify is false"));
}

TEST_F(RedisTls, A_server_that_wants_a_certificate_gets_it) {
  const int port = free_port();
  auto strict = arguments("server", port);
  strict.back() = "yes";
  RedisServer server(strict);
  Store without("localhost:" + std::to_string(port),
                {{"tls", "true"}, {"ca_file", file("ca.pem")}});
  EXPECT_CODE(without.open(), CONNECTOR_NOT_CONNECTED);
  Store with("localhost:" + std::to_string(port), {{"tls", "true"},
                                                   {"ca_file", file("ca.pem")},
                                                   {"cert_file", file("client.pem")},
                                                   {"key_file", file("client.key")}});
  EXPECT_CODE(with.open(), CONNECTOR_OK);
}

TEST_F(RedisTls, Files_that_cannot_be_used_are_named) {
  for (const char* option : {"ca_file", "cert_file"}) {
    connector::testing::Settings settings = {{"tls", "true"}, {option, "/nonexistent/file.pem"}};
    if (std::string(option) == "cert_file") settings["key_file"] = file("client.key");
    Store store("localhost:1", settings);
    const Answer answer = store.open();
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, std::string("'") + option + "'") &&
                contains(answer.message, "/nonexistent/file.pem"))
        << answer.message;
  }
}

TEST_F(RedisTls, The_wrong_kind_of_port_is_said_to_be_that) {
  const int port = free_port(), plain_port = free_port();
  auto both = arguments("server", port);
  both.insert(both.end(), {"--port", std::to_string(plain_port)});
  RedisServer server(both);
  Store tls_to_plain("localhost:" + std::to_string(plain_port),
                     {{"tls", "true"}, {"ca_file", file("ca.pem")}});
  // Redis 7 waits for the end of the line that a handshake is to it; Redis 8 finds one within, and
  // answers.
  const Answer answer = tls_to_plain.open(300);
  const bool waited = answer.code == CONNECTOR_RETRIABLE;
  if (!waited) {
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  }
  EXPECT_TRUE(contains(answer.message,
                       waited ? "does this port speak TLS?" : "does not speak TLS on this port"))
      << answer.message;
  Store plain_to_tls("localhost:" + std::to_string(port));
  EXPECT_CODE(plain_to_tls.open(), CONNECTOR_NOT_CONNECTED);
}

TEST_F(RedisTls, A_server_that_stops_costs_the_time_limit) {
  const int port = free_port();
  RedisServer server(arguments("server", port));
  Store store("localhost:" + std::to_string(port), {{"tls", "true"}, {"ca_file", file("ca.pem")}});
  store.open();
  server.pause();
  for (const Answer& answer : {store.claim({"s:1"}, 200), store.open(200)}) {
    EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
    EXPECT_LT(answer.took.count(), 5000);
  }
  server.kill();
  EXPECT_CODE(store.open(), CONNECTOR_NOT_CONNECTED);
}

}  // namespace
}  // namespace connector_tests
