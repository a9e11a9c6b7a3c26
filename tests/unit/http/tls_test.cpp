// A Server with TLS: who gets through, what it knows of them, and that every limit holds there too.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "host/http/server.hpp"
#include "tests/unit/http/certificates.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/tls_client.hpp"

namespace connector_host::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string who_am_i = "GET /who HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

Response say_who(const Request& request) {
  if (request.path == "/large") return {200, "text/plain", std::string(4 << 20, 'x'), {}};
  return {200, "text/plain", "[" + request.client_subject + "] " + request.body, {}};
}

class TlsTest : public testing::Test {
 protected:
  TlsTest()
      : folder(testing::TempDir() + "/tls-" + std::to_string(getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name()) {
    signal(SIGPIPE, SIG_IGN);  // OpenSSL's own sockets write without MSG_NOSIGNAL
    std::filesystem::create_directories(folder);
    settings.tls.emplace();
    settings.tls->certificate_file = write("server.pem", server_certificate.certificate_pem());
    settings.tls->key_file = write("server.key", server_certificate.key_pem());
  }
  ~TlsTest() override { std::filesystem::remove_all(folder); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder + "/" + name, std::ios::binary) << content;
    return folder + "/" + name;
  }
  void ask_for_certificates(ClientCertificate which) {
    settings.tls->client_ca_file = write("client_ca.pem", client_authority.certificate_pem());
    settings.tls->client_certificate = which;
  }
  std::unique_ptr<Server> started() const {
    auto server = std::make_unique<Server>(settings, say_who);
    server->start();
    return server;
  }
  std::string complaint() const {
    try {
      Server server(settings, say_who);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no complaint";
  }
  // Who the server takes the client for: "[name] ".
  std::string who(const Server& server, const Certificate* shows) const {
    std::string answer;
    TlsClient(server.port(), authority, shows).ask(who_am_i, &answer);
    return answer.substr(
        answer.find("\r\n\r\n") == std::string::npos ? answer.size() : answer.find("\r\n\r\n") + 4);
  }

  const std::string folder;
  const Certificate authority = Certificate::authority("test CA"),
                    client_authority = Certificate::authority("client CA");
  const Certificate server_certificate = authority.issue("localhost");
  ServerSettings settings;
};

TEST_F(TlsTest, A_request_is_answered_and_the_end_is_said) {
  const auto server = started();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server->port(), authority, nullptr, version);
    ASSERT_TRUE(client.connected());
    std::string answer;
    EXPECT_EQ(
        client.ask(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
            &answer),
        200);
    EXPECT_TRUE(answer.ends_with("[] body")) << answer;
    EXPECT_TRUE(client.ended_well()) << client.version();
  }
}

TEST_F(TlsTest, Older_versions_are_refused) {
  const auto server = started();
  EXPECT_FALSE(TlsClient(server->port(), authority, nullptr, TLS1_1_VERSION).connected());
}

TEST_F(TlsTest, A_connection_takes_many_requests_and_large_answers) {
  const auto server = started();
  TlsClient client(server->port(), authority);
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += "GET /large HTTP/1.1\r\nHost: h\r\n" +
           std::string(i == 3 ? "Connection: close\r\n" : "") + "\r\n";
  ASSERT_TRUE(client.send(all));
  const std::string answers = client.read_all();
  EXPECT_GT(answers.size(), std::size_t(4 * (4 << 20))) << "four, then the end";
  EXPECT_LT(answers.size(), std::size_t(5 * (4 << 20)));
}

TEST_F(TlsTest, Plain_HTTP_is_not_answered_and_does_not_hang) {
  const auto server = started();
  RawClient client(server->port());
  client.send(who_am_i);
  EXPECT_EQ(client.read(RawClient::Expect::body, 4s).status, 0) << "an answer without TLS";
  EXPECT_TRUE(client.is_ended(4s));
}

TEST_F(TlsTest, A_handshake_that_does_not_come_ends_with_the_deadline_of_a_request) {
  settings.request_deadline = 300ms;
  const auto server = started();
  RawClient silent(server->port()), halfway(server->port());
  halfway.send(std::string("\x16\x03\x01\x02\x00\x01", 6));  // the head of a ClientHello
  const auto start = Clock::now();
  EXPECT_TRUE(silent.is_ended());
  EXPECT_TRUE(halfway.is_ended());
  EXPECT_GE(Clock::now() - start, 200ms);
  EXPECT_EQ(TlsClient(server->port(), authority).ask(who_am_i), 200);
}

TEST_F(TlsTest, A_request_that_does_not_end_is_told_so) {
  settings.request_deadline = 300ms;
  const auto server = started();
  EXPECT_EQ(TlsClient(server->port(), authority).ask("GET / HTTP/1.1\r\nHost:"), 408);
}

TEST_F(TlsTest, Clients_that_do_not_shake_hands_give_way_to_one_that_does) {
  settings.max_connections = 8;
  const auto server = started();
  std::vector<RawClient> silent;
  for (int i = 0; i < 40; ++i) silent.emplace_back(server->port());
  const auto start = Clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(TlsClient(server->port(), authority).ask(who_am_i), 200);
  EXPECT_LT(Clock::now() - start, 4s)
      << "it must not have waited for a deadline of the silent ones";
}

TEST_F(TlsTest, The_limits_of_a_request_hold) {
  const auto server = started();
  const std::string large =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'b');
  EXPECT_EQ(TlsClient(server->port(), authority).ask(large), 413);
}

TEST_F(TlsTest, Stop_does_not_wait_for_clients) {
  const auto server = started();
  RawClient shaking(server->port());
  TlsClient idle(server->port(), authority);
  ASSERT_TRUE(idle.send("GET / HTTP/1.1\r\nHost: h\r\n"));
  const auto start = Clock::now();
  server->stop();
  EXPECT_LT(Clock::now() - start, 4s);
  EXPECT_TRUE(shaking.is_ended());
  EXPECT_EQ(idle.read_all(), "");
}

TEST_F(TlsTest, A_verified_client_is_known_by_its_name) {
  ask_for_certificates(ClientCertificate::required);
  const auto server = started();
  const Certificate ops = client_authority.issue("ops/\xc3\xa4"),
                    nameless = client_authority.issue("");
  EXPECT_EQ(who(*server, &ops), "[ops/\xc3\xa4] ");
  EXPECT_EQ(who(*server, &nameless), "[a certificate without a name] ");
}

TEST_F(TlsTest, A_client_without_a_certificate_or_with_a_strangers_is_not_answered) {
  ask_for_certificates(ClientCertificate::required);
  const auto server = started();
  const Certificate stranger = authority.issue("ops"),
                    own_maker = Certificate::authority("client CA").issue("ops");
  EXPECT_EQ(who(*server, nullptr), "");
  EXPECT_EQ(who(*server, &stranger), "");
  EXPECT_EQ(who(*server, &own_maker), "") << "the name of the CA is right, its key is not";
}

TEST_F(TlsTest, Where_it_is_optional_a_client_may_have_none_but_no_wrong_one) {
  ask_for_certificates(ClientCertificate::optional);
  const auto server = started();
  const Certificate ops = client_authority.issue("ops"), stranger = authority.issue("ops");
  EXPECT_EQ(who(*server, &ops), "[ops] ");
  EXPECT_EQ(who(*server, nullptr), "[] ");
  EXPECT_EQ(who(*server, &stranger), "");
}

TEST_F(TlsTest, A_client_that_is_not_asked_for_a_certificate_has_no_name) {
  const auto server = started();
  const Certificate ops = client_authority.issue("ops");
  EXPECT_EQ(who(*server, &ops), "[] ");
}

TEST_F(TlsTest, Files_read_anew_count_for_connections_from_then_on) {
  const auto server = started();
  TlsClient before(server->port(), authority);
  const Certificate other = Certificate::authority("other CA"), fresh = other.issue("localhost");
  write("server.pem", fresh.certificate_pem());
  write("server.key", fresh.key_pem());
  EXPECT_TRUE(TlsClient(server->port(), authority).connected()) << "nobody has asked for it yet";
  server->reload_tls();
  EXPECT_FALSE(TlsClient(server->port(), authority).connected());
  EXPECT_EQ(TlsClient(server->port(), other).ask(who_am_i), 200);
  EXPECT_EQ(before.ask(who_am_i), 200) << "a connection goes on with what it began with";
}

TEST_F(TlsTest, A_bad_file_leaves_in_use_what_was_read_before) {
  const auto server = started();
  write("server.key", "nothing");
  EXPECT_THROW(server->reload_tls(), std::runtime_error);
  EXPECT_EQ(TlsClient(server->port(), authority).ask(who_am_i), 200);
}

TEST_F(TlsTest, Without_TLS_there_is_nothing_to_read_anew) {
  settings.tls.reset();
  started()->reload_tls();
}

TEST_F(TlsTest, A_file_that_cannot_be_used_is_named_with_the_reason_and_the_cure) {
  const TlsSettings good = *settings.tls;
  const std::string certificate =
      "; name a PEM file with the server's certificate first and its chain after it";
  const std::string key = "; name the PEM file of the certificate's private key, not encrypted";
  settings.tls->certificate_file = folder + "/none.pem";
  EXPECT_EQ(complaint(), "cannot use the TLS certificate '" + folder +
                             "/none.pem': no such file or directory" + certificate);
  settings.tls->certificate_file = folder;
  EXPECT_EQ(complaint(),
            "cannot use the TLS certificate '" + folder + "': not a regular file" + certificate);
  settings.tls->certificate_file = good.key_file;
  EXPECT_EQ(complaint(), "cannot use the TLS certificate '" + good.key_file +
                             "': there is none in it in PEM form" + certificate);

  settings.tls = good;
  settings.tls->key_file = good.certificate_file;
  EXPECT_EQ(complaint().find("cannot use the TLS key '" + good.certificate_file + "': "), 0u)
      << complaint();
  settings.tls->key_file = write("other.key", authority.key_pem());
  EXPECT_EQ(complaint(), "cannot use the TLS key '" + folder +
                             "/other.key': it does not belong to the certificate '" +
                             good.certificate_file + "'" + key);
  settings.tls->key_file = write("encrypted.key", server_certificate.encrypted_key_pem("canary"));
  EXPECT_EQ(complaint(),
            "cannot use the TLS key '" + folder + "/encrypted.key': it is encrypted" + key);

  settings.tls = good;
  settings.tls->client_ca_file = write("empty.pem", "");
  EXPECT_EQ(complaint().find("cannot use the client CA '" + folder + "/empty.pem': "), 0u)
      << complaint();
  EXPECT_EQ(complaint().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace connector_host::http
