#include "host/http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "host/http/credentials.hpp"
#include "host/http/listen_socket.hpp"
#include "host/http/server.hpp"
#include "tests/unit/http/certificates.hpp"

namespace connector_host::http {
namespace {

using namespace std::chrono_literals;
using Kind = ClientFailure::Kind;
using testing::HasSubstr;

ClientSettings settings_of(const std::string& url) {
  ClientSettings settings;
  settings.url = parse_url(url);
  return settings;
}

std::string url_of(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

struct Outcome {
  std::optional<Kind> failure;
  std::string text;  // of the failure, or the body
};

Outcome outcome_of(const ClientSettings& settings, const std::stop_token& stop = {}) {
  try {
    return {std::nullopt, Client(settings).ask({"GET", "/x", {}, {}}, stop).body};
  } catch (const ClientFailure& failure) {
    return {failure.kind(), failure.what()};
  }
}

// A server that sends these bytes to the first who connects, and ends the connection.
class RawServer {
 public:
  explicit RawServer(std::string bytes) : bytes_(std::move(bytes)), thread_([this] { serve(); }) {}
  ~RawServer() { thread_.join(); }
  std::string url() const { return url_of(socket_.port()); }

 private:
  void serve() {
    pollfd wait{socket_.descriptor(), POLLIN, 0};
    ::poll(&wait, 1, 20'000);
    const int client = ::accept(socket_.descriptor(), nullptr, nullptr);
    char request[4096];
    (void)!::recv(client, request, sizeof request, 0);
    (void)!::send(client, bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
    ::close(client);
  }
  const std::string bytes_;
  ListenSocket socket_{"127.0.0.1", 0};
  std::thread thread_;
};

TEST(HttpClient, It_sends_what_it_is_given_and_takes_any_answer) {
  Request seen;
  Server server({}, [&seen](const Request& request) {
    seen = request;
    return Response{418, "text/plain", "short and stout", {}};
  });
  server.start();
  Client client(settings_of(url_of(server.port()) + "/before"));
  const ClientResponse response =
      client.ask({"PATCH", "/after?x=1%202", {{"Authorization", "Bearer t"}}, "body"});
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.content_type, "text/plain");
  EXPECT_EQ(response.body, "short and stout");
  server.stop();  // joins, so seen is whole
  EXPECT_EQ(seen.method, "PATCH");
  EXPECT_EQ(seen.path, "/before/after");
  EXPECT_EQ(seen.parameter("x"), "1 2");
  EXPECT_EQ(seen.header("Authorization"), "Bearer t");
  EXPECT_EQ(seen.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(seen.body, "body");
}

TEST(HttpClient, A_refusal_before_all_was_sent_is_an_answer) {
  Server server({}, [](const Request&) { return Response{}; });
  server.start();
  Client client(settings_of(url_of(server.port())));
  EXPECT_EQ(client.ask({"POST", "/", {}, std::string(8 << 20, 'x')}).status, 413);
}

TEST(HttpClient, Who_says_nothing_is_left_at_the_deadline) {
  const ListenSocket silent("127.0.0.1", 0);
  ClientSettings settings = settings_of(url_of(silent.port()));
  settings.timeout = 50ms;
  const Outcome outcome = outcome_of(settings);
  EXPECT_EQ(outcome.failure, Kind::no_answer);
  EXPECT_THAT(outcome.text, HasSubstr("no answer within 50 ms"));
}

TEST(HttpClient, A_stop_ends_it_at_once) {
  const ListenSocket silent("127.0.0.1", 0);
  ClientSettings settings = settings_of(url_of(silent.port()));
  settings.timeout = 1h;
  std::stop_source stop;
  std::thread stopper([&] {
    pollfd asked{silent.descriptor(), POLLIN, 0};
    ::poll(&asked, 1, 20'000);
    stop.request_stop();
  });
  EXPECT_EQ(outcome_of(settings, stop.get_token()).failure, Kind::cancelled);
  stopper.join();
  EXPECT_EQ(outcome_of(settings, stop.get_token()).failure, Kind::cancelled);
}

TEST(HttpClient, A_body_in_chunks_or_up_to_the_end_is_taken) {
  const RawServer chunks(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
      to_the_end("HTTP/1.0 200 OK\r\n\r\n{}");
  EXPECT_EQ(outcome_of(settings_of(chunks.url())).text, "{}");
  EXPECT_EQ(outcome_of(settings_of(to_the_end.url())).text, "{}");
}

TEST(HttpClient, What_is_larger_than_the_limit_is_not_taken) {
  const std::string large = "12345678901";
  for (const std::string& head : {std::string("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"),
                                  std::string("HTTP/1.1 200 OK\r\n\r\n")}) {
    const RawServer server(head + large);
    ClientSettings settings = settings_of(server.url());
    settings.max_body = 10;
    EXPECT_EQ(outcome_of(settings).failure, Kind::bad_answer) << head;
  }
  const RawServer headers("HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(outcome_of(settings_of(headers.url())).failure, Kind::bad_answer);
}

TEST(HttpClient, What_is_no_HTTP_is_told_from_an_end_without_an_answer) {
  const RawServer other("220 mail.example ESMTP\r\n"), nothing(""),
      half("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
  EXPECT_EQ(outcome_of(settings_of(other.url())).failure, Kind::bad_answer);
  const Outcome none = outcome_of(settings_of(nothing.url()));
  EXPECT_EQ(none.failure, Kind::no_answer);
  EXPECT_THAT(none.text, HasSubstr("it closed the connection"));
  EXPECT_EQ(outcome_of(settings_of(half.url())).failure, Kind::no_answer);
}

// Files of an authority and of those that it vouches for, in a folder that goes with the test.
class HttpsClient : public testing::Test {
 protected:
  HttpsClient()
      : folder(testing::TempDir() + "/https-" + std::to_string(getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder);
    write("ca.pem", authority.certificate_pem());
    write("other_ca.pem", Certificate::authority("other").certificate_pem());
  }
  ~HttpsClient() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name) const { return folder + "/" + name; }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary) << content;
  }
  void issue(const std::string& name, const std::string& addresses = {}) const {
    const Certificate made = authority.issue(name, addresses);
    write(name + ".pem", made.certificate_pem());
    write(name + ".key", made.key_pem());
  }
  // Known by these addresses.
  std::unique_ptr<Server> server_at(const std::string& addresses,
                                    bool asks_for_certificates = false) const {
    issue("server", addresses);
    ServerSettings settings;
    settings.tls =
        TlsSettings{file("server.pem"), file("server.key"),
                    asks_for_certificates ? file("ca.pem") : "", ClientCertificate::required};
    auto server = std::make_unique<Server>(
        settings, [](const Request&) { return Response{200, "application/json", "{}", {}}; });
    server->start();
    return server;
  }
  ClientSettings settings_for(const Server& server, const std::string& host,
                              const std::string& ca_file) const {
    ClientSettings settings = settings_of("https://" + host + ":" + std::to_string(server.port()));
    settings.ca_file = ca_file;
    return settings;
  }

  const std::string folder;
  const Certificate authority = Certificate::authority("authority");
};

TEST_F(HttpsClient, A_server_that_the_authority_vouches_for_is_trusted_by_address_and_by_name) {
  const auto server = server_at("IP:127.0.0.1,DNS:localhost");
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const Outcome outcome = outcome_of(settings_for(*server, host, file("ca.pem")));
    EXPECT_FALSE(outcome.failure) << outcome.text;
    EXPECT_EQ(outcome.text, "{}");
  }
}

TEST_F(HttpsClient, Any_other_server_is_not_trusted) {
  const auto server = server_at("DNS:localhost");
  const ClientSettings by_the_system = settings_for(*server, "localhost", ""),
                       by_another = settings_for(*server, "localhost", file("other_ca.pem")),
                       under_another_name = settings_for(*server, "127.0.0.1", file("ca.pem"));
  for (const ClientSettings& each : {by_the_system, by_another, under_another_name}) {
    const Outcome outcome = outcome_of(each);
    EXPECT_EQ(outcome.failure, Kind::no_answer);
    EXPECT_THAT(outcome.text, HasSubstr("its certificate is not trusted: "));
  }
  EXPECT_THAT(outcome_of(under_another_name).text, HasSubstr("IP address mismatch"));
}

TEST_F(HttpsClient, A_server_that_wants_a_certificate_is_shown_it) {
  const auto server = server_at("IP:127.0.0.1", true);
  ClientSettings settings = settings_for(*server, "127.0.0.1", file("ca.pem"));
  EXPECT_EQ(outcome_of(settings).failure, Kind::no_answer);
  issue("client");
  settings.cert_file = file("client.pem");
  settings.key_file = file("client.key");
  EXPECT_EQ(outcome_of(settings).text, "{}");
}

TEST_F(HttpsClient, Files_that_are_not_what_they_should_be_are_refused_by_name) {
  issue("one");
  issue("two");
  ClientSettings settings = settings_of("https://127.0.0.1:1");
  settings.cert_file = file("one.pem");
  EXPECT_THROW(Client{settings}, std::invalid_argument);
  settings.key_file = file("two.key");
  EXPECT_THROW(Client{settings}, std::invalid_argument);
  settings.key_file = file("one.key");
  EXPECT_NO_THROW(Client{settings});
  settings.ca_file = file("one.key");
  try {
    Client client(settings);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr(settings.ca_file));
  }
}

TEST(Credentials, They_are_those_of_the_standards) {
  EXPECT_EQ(bearer_credentials("t"), "Bearer t");
  EXPECT_EQ(basic_credentials("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_credentials("a", std::string(100, 'b')).size(), 6u + 136u);
}

}  // namespace
}  // namespace connector_host::http
