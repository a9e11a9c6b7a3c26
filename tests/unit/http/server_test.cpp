#include "host/http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "host/http/listen_error.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace connector_host::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string ask = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";

Response handle(const Request& request) {
  if (request.path == "/throw") throw std::runtime_error("the secret reason");
  if (request.path == "/throw-int") throw 1;
  if (request.path == "/bad-header") return {200, "text/plain", "", {{"A", "b\r\nC: d"}}};
  if (request.path == "/large") return {200, "text/plain", std::string(8 << 20, 'x'), {}};
  return {200, "text/plain", request.method + " " + request.path + " " + request.body, {}};
}

// Only what a test is about is short, so that a busy machine does not end something else.
ServerSettings with(std::chrono::milliseconds ServerSettings::* limit,
                    std::chrono::milliseconds value) {
  ServerSettings settings;
  settings.*limit = value;
  return settings;
}

// A started server on any free port.
struct Running {
  explicit Running(ServerSettings settings = {}, Handler handler = handle)
      : server(std::move(settings), std::move(handler)) {
    server.start();
  }
  RawClient client() const { return RawClient(server.port()); }
  int status_of(std::string_view request) const {
    RawClient one = client();
    one.send(request);
    return one.read().status;
  }

  Server server;
};

TEST(HttpServer, It_answers_and_keeps_the_connection) {
  const Running running;
  RawClient client = running.client();
  for (int i = 0; i < 3; ++i) {
    client.send("POST /echo?x=y HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /echo body");
    EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff"));
    EXPECT_TRUE(answer.has("Connection: keep-alive"));
  }
}

TEST(HttpServer, Its_thread_turns_but_not_while_a_handler_hangs) {
  std::promise<void> hanging, let_go;
  Running running({}, [&](const Request& request) {
    if (request.path == "/hang") {
      hanging.set_value();
      let_go.get_future().wait();
    }
    return handle(request);
  });
  const auto turns_within = [&](std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    while (!running.server.turns()) {
      if (Clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  };
  EXPECT_TRUE(running.server.turns()) << "nothing is known against it";
  EXPECT_TRUE(turns_within(10s));
  RawClient client = running.client();
  client.send("GET /hang HTTP/1.1\r\nHost: h\r\n\r\n");
  hanging.get_future().wait();
  turns_within(0ms);  // asked for before it hung, perhaps
  EXPECT_FALSE(turns_within(200ms));
  let_go.set_value();
  EXPECT_TRUE(turns_within(10s));
  EXPECT_EQ(client.read().status, 200);
}

TEST(HttpServer, Requests_sent_at_once_are_answered_in_order) {
  const Running running;
  RawClient client = running.client();
  std::string all;
  for (int i = 0; i < 100; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read().body, "GET /" + std::to_string(i) + " ");
}

TEST(HttpServer, HEAD_is_GET_without_the_body) {
  const Running running;
  RawClient client = running.client();
  client.send("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n" + ask);
  const Answer head = client.read(RawClient::Expect::no_body);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 10"));
  EXPECT_EQ(client.read().body, "GET /echo ");
}

TEST(HttpServer, A_client_that_wants_to_close_is_closed_after_its_answer) {
  const Running running;
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    RawClient client = running.client();
    client.send(request);
    EXPECT_TRUE(client.read().has("Connection: close"));
    EXPECT_TRUE(client.is_ended());
  }
  RawClient client = running.client();
  client.send(ask);
  client.end_sending();
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, Requests_over_a_limit_get_their_status_and_are_closed) {
  const Running running;
  const std::pair<int, std::string> over[] = {
      {414, "GET /" + std::string(3'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"},
      {431, "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(10'000, 'a') + "\r\n\r\n"},
      {413,
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'b')},
      {413, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                std::string("186a0\r\n") + std::string(100'000, 'b') + "\r\n0\r\n\r\n"},
      {400, "what is this\r\n\r\n"}};
  for (const auto& [status, request] : over) {
    RawClient client = running.client();
    client.send(request);
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(nlohmann::json::parse(answer.body)["error_code"], status);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_TRUE(client.is_ended());
  }
}

TEST(HttpServer, A_client_is_told_to_go_on_with_its_body) {
  const Running running;
  RawClient client = running.client();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("ab");
  EXPECT_EQ(client.read().body, "POST /echo ab");
}

TEST(HttpServer, A_handler_that_fails_is_answered_for_without_details) {
  ServerSettings settings;
  std::vector<std::string> reports;  // written by the server's thread, read after stop()
  settings.report = [&](const std::string& what) { reports.push_back(what); };
  Running running(settings);
  RawClient client = running.client();
  for (const char* path : {"/throw", "/throw-int", "/bad-header"}) {
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  }
  client.send(ask);
  EXPECT_EQ(client.read().status, 200) << "the connection goes on";
  running.server.stop();
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_NE(reports[0].find("the secret reason"), std::string::npos);
}

TEST(HttpServer, A_request_that_drips_is_ended_by_one_deadline_for_all_of_it) {
  const Running running(with(&ServerSettings::request_deadline, 1s));
  const auto start = Clock::now();
  RawClient client = running.client();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");
  Answer answer;
  while (answer.status == 0 && Clock::now() - start < 10s) {
    client.send("A: b\r\n");
    answer = client.read(RawClient::Expect::body, 50ms);
  }
  EXPECT_EQ(answer.status, 408);
  EXPECT_GE(Clock::now() - start, 1s);
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, A_client_that_never_asks_is_closed) {
  const Running running(with(&ServerSettings::request_deadline, 200ms));
  EXPECT_TRUE(running.client().is_ended());
}

TEST(HttpServer, A_client_that_has_no_more_to_ask_is_closed_after_a_while) {
  const Running running(with(&ServerSettings::idle_limit, 200ms));
  RawClient client = running.client();
  client.send(ask);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, A_large_answer_arrives_whole) {
  const Running running;
  RawClient client = running.client();
  client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n" + ask);
  EXPECT_EQ(client.read().body, std::string(8 << 20, 'x'));
  EXPECT_EQ(client.read().status, 200);
}

TEST(HttpServer, A_client_that_does_not_take_its_answer_is_closed) {
  const Running running(with(&ServerSettings::response_deadline, 200ms));
  RawClient stuck = running.client();
  stuck.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto deadline = Clock::now() + 10s;
  while (stuck.send("x") && Clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(stuck.send("x"));
}

TEST(HttpServer, Time_that_a_handler_takes_is_not_held_against_clients) {
  std::atomic<bool> inside = false, go = false;
  const Running running(with(&ServerSettings::request_deadline, 1s), [&](const Request& request) {
    inside = true;
    while (request.path == "/wait" && !go) std::this_thread::yield();
    return Response{200, "text/plain", request.path, {}};
  });
  RawClient slow = running.client(), halfway = running.client();
  halfway.send("GET /half");
  slow.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!inside) std::this_thread::yield();
  const auto until = Clock::now() + 1500ms;  // longer than the deadline of a request
  while (Clock::now() < until) std::this_thread::yield();
  halfway.send("way HTTP/1.1\r\nHost: h\r\n\r\n");
  go = true;
  EXPECT_EQ(slow.read().body, "/wait");
  EXPECT_EQ(halfway.read().body, "/halfway");
}

TEST(HttpServer, Two_hundred_slow_clients_do_not_keep_out_a_quick_one) {
  const Running running;  // with the limits that ship
  std::vector<RawClient> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(running.client());
    slow.back().send("GET / HTTP/1.1\r\nHost:");
  }
  const auto start = Clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(running.status_of(ask), 200);
  EXPECT_LT(Clock::now() - start, 4s) << "it must not have waited for a deadline of the slow ones";
}

TEST(HttpServer, Idle_connections_give_way_before_those_that_are_asking) {
  ServerSettings settings;
  settings.max_connections = 2;
  const Running running(settings);
  RawClient idle = running.client();
  idle.send(ask);
  EXPECT_EQ(idle.read().status, 200);
  RawClient asking = running.client();
  asking.send("GET /asking HTTP/1.1\r\n");
  EXPECT_EQ(running.status_of(ask), 200);
  EXPECT_TRUE(idle.is_ended());
  asking.send("Host: h\r\n\r\n");
  EXPECT_EQ(asking.read().body, "GET /asking ");
}

TEST(HttpServer, Garbage_neither_ends_it_nor_hangs_it) {
  const Running running;
  std::mt19937 random(77);
  for (int round = 0; round < 300; ++round) {
    RawClient client = running.client();
    std::string bytes = random() % 2 ? "GET / HTTP/1.1\r\nHost: h\r\n" : "";
    for (unsigned i = random() % 600; i > 0; --i) bytes += char(random());
    client.send(bytes);
    if (random() % 4 == 0) continue;  // and leave
    client.end_sending();
    EXPECT_TRUE(client.is_ended()) << round;
  }
  EXPECT_EQ(running.status_of(ask), 200);
}

TEST(HttpServer, Stop_ends_open_connections_soon_and_may_be_repeated) {
  Running running;
  RawClient idle = running.client(), asking = running.client(), stuck = running.client();
  idle.send(ask);
  EXPECT_EQ(idle.read().status, 200);
  asking.send("GET / HT");
  stuck.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::uint16_t port = running.server.port();
  const auto start = Clock::now();
  std::thread other([&] { running.server.stop(); });
  running.server.stop();
  other.join();
  running.server.stop();
  running.server.start();  // stays stopped
  EXPECT_LT(Clock::now() - start, 4s);
  EXPECT_TRUE(idle.is_ended());
  EXPECT_TRUE(asking.is_ended());
  EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST(HttpServer, An_answer_under_way_goes_out_before_the_stop) {
  std::atomic<Server*> server = nullptr;
  Running running({}, [&](const Request&) {
    server.load()->stop();
    return Response{200, "text/plain", "stopping", {}};
  });
  server = &running.server;
  RawClient client = running.client();
  client.send(ask);
  EXPECT_EQ(client.read().body, "stopping");
  EXPECT_TRUE(client.is_ended());
  running.server.stop();
}

TEST(HttpServer, It_listens_on_addresses_and_names) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "localhost"}) {
    ServerSettings settings;
    settings.host = host;
    EXPECT_EQ(Running(settings).status_of(ask), 200) << host;
  }
}

TEST(HttpServer, It_listens_on_IPv6_and_there_on_IPv4_too) {
  for (const char* host : {"::1", "[::1]", "::", "[::]"}) {
    ServerSettings settings;
    settings.host = host;
    try {
      const Running running(settings);
      RawClient client(running.server.port(), "::1");
      client.send(ask);
      EXPECT_EQ(client.read().status, 200) << host;
      if (std::string(host).find("::1") == std::string::npos) {
        EXPECT_EQ(running.status_of(ask), 200) << host;
      }
    } catch (const ListenError& error) {  // a machine without IPv6: then it says so
      EXPECT_NE(std::string(error.what()).find("cannot listen on [::"), std::string::npos)
          << error.what();
    }
  }
}

std::string complaint(const std::string& host, std::uint16_t port) {
  ServerSettings settings;
  settings.host = host;
  settings.port = port;
  try {
    Server server(settings, handle);
  } catch (const ListenError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(HttpServer, An_address_that_cannot_be_had_is_named_with_the_reason_and_the_cure) {
  const Running running;
  const std::uint16_t port = running.server.port();
  EXPECT_EQ(complaint("127.0.0.1", port),
            "cannot listen on 127.0.0.1:" + std::to_string(port) +
                ": address already in use; stop the process that has it, or set another port");
  EXPECT_NE(complaint("192.0.2.1", 0).find("this machine does not have that address"),
            std::string::npos);
  EXPECT_NE(complaint("no such host", 0).find("the name is not known"), std::string::npos);
}

TEST(HttpServer, One_that_was_never_started_can_be_stopped) {
  Server server({}, handle);
  const std::uint16_t port = server.port();
  EXPECT_NE(port, 0);
  server.stop();
  EXPECT_THROW(RawClient{port}, std::runtime_error);
}

}  // namespace
}  // namespace connector_host::http
