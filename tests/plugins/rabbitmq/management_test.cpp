// What is read from the management API, and every way in which it is not.
#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "connector/error.hpp"
#include "connector/testing/plugin_under_test.hpp"
#include "fake_http.hpp"
#include "plugins/rabbitmq/limit_reader.hpp"
#include "plugins/rabbitmq/management_api.hpp"
#include "plugins/rabbitmq/queue_limit.hpp"
#include "tls_terminator.hpp"

namespace {

using namespace connector_host_plugins::rabbitmq;
using connector_host_plugins::net::Cancellation;
using connector_host_plugins::net::Deadline;
using rabbitmq_test::Certificates;
using rabbitmq_test::FakeHttp;
using rabbitmq_test::TlsTerminator;
using std::chrono::milliseconds;
using std::chrono::seconds;

ManagementAddress address_of(const std::string& url) {
  return parse_management_url(url, "amqp-user", "amqp-password");
}

connector::Host files() {
  static connector::testing::FakeHost host;
  return connector::Host(host.raw());
}

std::string url_of(const FakeHttp& http) {
  return "http://127.0.0.1:" + std::to_string(http.port());
}

// The text of the failure; empty: there was none.
std::string failure_of(const ManagementApi& api, milliseconds limit = seconds(10)) {
  try {
    api.get("/queues/%2F/q", {Deadline(limit), nullptr});
    return {};
  } catch (const ManagementFailure& failure) {
    return failure.what();
  }
}

template <class F>
bool soon(F&& holds) {
  for (const Deadline deadline(seconds(15)); !deadline.over();
       std::this_thread::sleep_for(milliseconds(5))) {
    if (holds()) return true;
  }
  return false;
}

TEST(RabbitmqManagementAddress, Takes_the_login_of_the_url_or_else_that_of_the_broker) {
  const ManagementAddress own = address_of("https://user:p%40ss@host/prefix/");
  EXPECT_EQ(own.describe(), "https://host:443");
  EXPECT_EQ(own.path, "/prefix");
  EXPECT_EQ(own.user + ' ' + own.password, "user p@ss");
  const ManagementAddress other = address_of("http://[::1]:15672");
  EXPECT_EQ(other.describe(), "http://[::1]:15672");
  EXPECT_EQ(other.path, "");
  EXPECT_EQ(other.user + ' ' + other.password, "amqp-user amqp-password");
}

TEST(RabbitmqManagementAddress, Refuses_what_is_no_http_url_and_shows_none_of_it) {
  for (const char* const url :
       {"", "secret", "secret:15672", "ftp://secret@host", "http://", "http://secret@",
        "http://secret@host/?x=1", "http://secret@host/#x", "http://secret@host:99999",
        "http://u:secret%00@host", "file:///etc/passwd"}) {
    try {
      address_of(url);
      ADD_FAILURE() << url << " was taken";
    } catch (const connector::Error& error) {
      EXPECT_EQ(error.code(), CONNECTOR_BAD_CONFIG);
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
}

TEST(RabbitmqManagementApi, Requests_the_queue_with_basic_authentication) {
  const FakeHttp http(FakeHttp::ok("{}"));
  const ManagementApi api(
      files(), address_of("http://user:pass@127.0.0.1:" + std::to_string(http.port()) + "/behind"),
      {});
  EXPECT_EQ(api.get(queue_path("/", "a b/c"), {Deadline(seconds(10)), nullptr}), "{}");
  ASSERT_EQ(http.requests().size(), 1u);
  const std::string request = http.requests().front();
  EXPECT_TRUE(request.starts_with("GET /behind/api/queues/%2F/a%20b%2Fc HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Authorization: Basic dXNlcjpwYXNz\r\n"), std::string::npos) << request;
}

TEST(RabbitmqManagementApi, Fails_with_the_status_and_what_to_do) {
  FakeHttp http("");
  const ManagementApi api(files(), address_of(url_of(http)), {});
  for (const auto& [status, word] : {std::pair{"401 Unauthorized", "password"},
                                     {"403 Forbidden", "management"},
                                     {"404 Not Found", "no such queue"},
                                     {"500 Oops", "500"}}) {
    http.set_answer(FakeHttp::status(status));
    EXPECT_NE(failure_of(api).find(word), std::string::npos) << failure_of(api);
  }
}

TEST(RabbitmqManagementApi, Follows_no_redirect) {
  const FakeHttp other(FakeHttp::ok("{}"));
  const FakeHttp http(FakeHttp::status("302 Found", "Location: " + url_of(other) + "/\r\n"));
  EXPECT_NE(failure_of(ManagementApi(files(), address_of(url_of(http)), {})).find("redirects"),
            std::string::npos);
  EXPECT_EQ(other.requests().size(), 0u);
}

TEST(RabbitmqManagementApi, Uses_no_proxy_of_the_environment) {
  const FakeHttp proxy(FakeHttp::ok("{}")), http(FakeHttp::ok("{}"));
  ::setenv("http_proxy", url_of(proxy).c_str(), 1);
  EXPECT_EQ(failure_of(ManagementApi(files(), address_of(url_of(http)), {})), "");
  ::unsetenv("http_proxy");
  EXPECT_EQ(proxy.requests().size(), 0u);
}

TEST(RabbitmqManagementApi, Refuses_an_answer_of_more_than_1_MiB) {
  FakeHttp http(FakeHttp::ok(std::string(1024 * 1024, 'x')));
  const ManagementApi api(files(), address_of(url_of(http)), {});
  EXPECT_EQ(failure_of(api), "");
  http.set_answer(FakeHttp::ok(std::string(1024 * 1024 + 1, 'x')));
  EXPECT_NE(failure_of(api).find("too large"), std::string::npos) << failure_of(api);
  http.set_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" +
                  std::string(0x200000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_NE(failure_of(api).find("too large"), std::string::npos) << failure_of(api);
  http.set_answer("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n");
  EXPECT_NE(failure_of(api), "");
}

TEST(RabbitmqManagementApi, Returns_by_its_time_limit_and_at_once_after_a_cancel) {
  const FakeHttp silent("");
  const ManagementApi api(files(), address_of(url_of(silent)), {});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(failure_of(api, milliseconds(200)), "");
  Cancellation cancelled;
  auto got = std::async(std::launch::async, [&] {
    EXPECT_THROW(api.get("/", {Deadline(seconds(60)), &cancelled}), ManagementFailure);
  });
  ASSERT_TRUE(soon([&] { return silent.requests().size() == 2; }));
  cancelled.cancel();
  got.get();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(10));
}

TEST(RabbitmqManagementApi, Reports_why_it_cannot_connect) {
  std::uint16_t closed_port = 0;
  {
    closed_port = FakeHttp("").port();
  }
  EXPECT_NE(failure_of(ManagementApi(
                files(), address_of("http://127.0.0.1:" + std::to_string(closed_port)), {})),
            "");
  EXPECT_NE(failure_of(ManagementApi(files(), address_of("http://no-such-host.invalid"), {}))
                .find("no-such-host.invalid"),
            std::string::npos);
}

TEST(RabbitmqManagementApi, Verifies_the_certificate_of_the_server) {
  std::signal(SIGPIPE, SIG_IGN);  // for the terminator
  const Certificates certificates;
  const FakeHttp http(FakeHttp::ok("{}"));
  TlsTerminator terminator(certificates, http.port());
  const std::string port = std::to_string(terminator.port());
  const TlsSettings trusting{{certificates.file("ca.pem"), "", ""}, true};
  EXPECT_EQ(failure_of(ManagementApi(files(), address_of("https://localhost:" + port), trusting)),
            "");
  EXPECT_EQ(failure_of(ManagementApi(files(), address_of("https://127.0.0.1:" + port), trusting)),
            "");
  EXPECT_NE(failure_of(ManagementApi(files(), address_of("https://localhost:" + port), {})), "")
      << "an authority that the system does not know";
  EXPECT_NE(failure_of(ManagementApi(files(), address_of("https://127.0.0.2:" + port), trusting)),
            "")
      << "not a name of the certificate";
  EXPECT_EQ(
      failure_of(ManagementApi(files(), address_of("https://localhost:" + port), {{}, false})), "");
}

struct Described {
  const char* name;
  const char* json;
  int wanted;  // -1: not set
};
std::ostream& operator<<(std::ostream& out, const Described& described) {
  return out << described.name;
}

class RabbitmqQueueLimit : public testing::TestWithParam<Described> {};

TEST_P(RabbitmqQueueLimit, Is_read) {
  const auto limit = delivery_limit_in(GetParam().json);
  EXPECT_EQ(limit ? int(*limit) : -1, GetParam().wanted);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RabbitmqQueueLimit,
    testing::Values(
        Described{
            "nothing_set",
            R"({"type":"quorum","arguments":{},"policy":"p","operator_policy":null,"effective_policy_definition":[]})",
            -1},
        Described{"without_members", R"({})", -1},                            //
        Described{"argument", R"({"arguments":{"x-delivery-limit":7}})", 7},  //
        Described{"policy",
                  R"({"arguments":{},"effective_policy_definition":{"delivery-limit":9}})", 9},  //
        Described{
            "lower_policy",
            R"({"arguments":{"x-delivery-limit":7},"effective_policy_definition":{"delivery-limit":5}})",
            5},
        Described{
            "lower_argument",
            R"({"arguments":{"x-delivery-limit":3},"effective_policy_definition":{"delivery-limit":5}})",
            3},
        Described{
            "unlimited_argument_and_policy",
            R"({"arguments":{"x-delivery-limit":-1},"effective_policy_definition":{"delivery-limit":5}})",
            5},
        Described{
            "unlimited_policy_and_argument",
            R"({"arguments":{"x-delivery-limit":6},"effective_policy_definition":{"delivery-limit":-1}})",
            6},
        Described{"unlimited", R"({"arguments":{"x-delivery-limit":-1}})", 0},            //
        Described{"no_redelivery_at_all", R"({"arguments":{"x-delivery-limit":0}})", 1},  //
        Described{"in_force", R"({"delivery_limit":20,"arguments":{}})", 20},             //
        Described{"in_force_and_unlimited",
                  R"({"delivery_limit":"unlimited","arguments":{"x-delivery-limit":-1}})", 0},
        Described{"classic_queue",
                  R"({"type":"classic","effective_policy_definition":{"delivery-limit":5}})",
                  0},  //
        Described{"larger_than_the_abi_can_say", R"({"arguments":{"x-delivery-limit":2147483647}})",
                  2147483647},  //
        Described{"no_number", R"({"arguments":{"x-delivery-limit":"7"}})", -1}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(RabbitmqQueueLimitText, Throws_when_the_answer_is_something_else) {
  for (const char* const text : {"", "[]", "null", "<html>", R"({"type":"quorum")"})
    EXPECT_THROW(delivery_limit_in(text), std::runtime_error) << text;
}

TEST(RabbitmqLimitReader, Reads_at_intervals_and_keeps_the_value_over_failures) {
  FakeHttp http(FakeHttp::ok(R"({"arguments":{"x-delivery-limit":7}})"));
  const connector::testing::FakeHost host;
  LimitReader reader(connector::Host(host.raw()),
                     ManagementApi(files(), address_of(url_of(http)), {}), queue_path("/", "q"),
                     milliseconds(20));
  EXPECT_EQ(reader.limit(), std::nullopt);
  reader.start();
  EXPECT_TRUE(soon([&] { return reader.limit() == 7u; }));
  http.set_answer(FakeHttp::ok(R"({"arguments":{"x-delivery-limit":9}})"));
  EXPECT_TRUE(soon([&] { return reader.limit() == 9u; }));
  http.set_answer(FakeHttp::status("401 Unauthorized"));
  ASSERT_TRUE(soon([&] { return host.logged().size() == 1; }));
  const std::size_t before = http.requests().size();
  ASSERT_TRUE(soon([&] { return http.requests().size() > before + 3; }));
  ASSERT_EQ(host.logged().size(), 1u) << "a failure is logged once";
  EXPECT_NE(host.logged().front().find("401"), std::string::npos) << host.logged().front();
  EXPECT_EQ(host.logged().front().find("amqp-password"), std::string::npos);
  EXPECT_EQ(reader.limit(), 9u);
  reader.stop();
  EXPECT_EQ(reader.limit(), 9u);
  http.set_answer(FakeHttp::ok("{}"));
  reader.start();
  EXPECT_TRUE(soon([&] { return reader.limit() == std::nullopt; }))
      << "a limit that was taken away";
}

TEST(RabbitmqLimitReader, Stops_at_once_while_a_request_is_under_way) {
  const FakeHttp silent("");
  const connector::testing::FakeHost host;
  const auto start = std::chrono::steady_clock::now();
  {
    LimitReader reader(connector::Host(host.raw()),
                       ManagementApi(files(), address_of(url_of(silent)), {}),
                       queue_path("/", "q"));
    reader.start();
    ASSERT_TRUE(soon([&] { return silent.requests().size() == 1; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(5));
  EXPECT_EQ(host.logged(), std::vector<std::string>());
}

}  // namespace
