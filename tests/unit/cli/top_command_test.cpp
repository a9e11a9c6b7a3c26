#include <nlohmann/json.hpp>

#include <poll.h>
#include <csignal>
#include <sstream>

#include "host/http/listen_socket.hpp"
#include "tests/integration/program.hpp"
#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class TopCommand : public ControlTest {
 protected:
  // What a connector-host tells after so many records; the world's clock makes the looks a second
  // apart.
  void tells(int received, int delivered, const std::string& breaker = "closed") {
    server.on(
        all, 200,
        R"({"orders":{"status":{"name":"orders","connector":{"state":"RUNNING"},"type":"source","health":"healthy","records":{"received":)" +
            std::to_string(received) + R"(,"delivered":)" + std::to_string(delivered) +
            R"(,"in_flight":7},"tasks":[{"id":0,"state":"RUNNING","in_flight":7,"seconds_since_progress":0.25,"dependencies":[)"
            R"({"name":"source","up":true,"breaker":"closed"},{"name":"sink","up":true,"breaker":")" +
            breaker + R"("}]}]}}})");
  }
  static std::vector<json> documents(const std::string& text) {
    std::istringstream lines(text);
    std::vector<json> out;
    for (std::string line; std::getline(lines, line);) out.push_back(json::parse(line));
    return out;
  }
  static constexpr const char* all = "GET /connectors?expand=status";
};

TEST_F(TopCommand, Without_a_screen_it_prints_a_line_for_each_look) {
  tells(100, 50);
  tells(350, 150, "open");
  const Outcome outcome = run({"top", "--count", "2"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(
      outcome.out,
      ContainsRegex(
          "^[0-9T:Z-]+ orders RUNNING healthy tasks 1/1 in flight 7 idle 0.2 s breakers closed\n"
          "[0-9T:Z-]+ orders RUNNING healthy tasks 1/1 in 250.0/s out 100.0/s in flight 7 idle 0.2 "
          "s breakers sink open\n$"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

TEST_F(TopCommand, Rates_are_of_a_second_whatever_the_interval) {
  tells(100, 0);
  tells(350, 10);
  const auto looks = documents(run({"top", "--count", "2", "--interval", "500ms", "--json"}).out);
  ASSERT_EQ(looks.size(), 2u);
  EXPECT_TRUE(looks[0]["connectors"][0]["received_per_second"].is_null());
  EXPECT_EQ(looks[1]["connectors"][0]["received_per_second"], 500.0);
  EXPECT_EQ(looks[1]["connectors"][0]["delivered_per_second"], 20.0);
  EXPECT_EQ(looks[1]["connectors"][0]["breakers"]["sink"], "closed");
}

TEST_F(TopCommand, A_count_that_began_anew_has_no_rate) {
  tells(100, 100);
  tells(5, 5);
  tells(15, 15);
  const auto looks = documents(run({"top", "--count", "3", "--json"}).out);
  ASSERT_EQ(looks.size(), 3u);
  EXPECT_TRUE(looks[1]["connectors"][0]["received_per_second"].is_null());
  EXPECT_EQ(looks[2]["connectors"][0]["received_per_second"], 10.0);
}

TEST_F(TopCommand, What_a_Kafka_Connect_does_not_tell_stays_blank) {
  server.on(all, 200, R"({"files":{"status":)" + status_of("files", "RUNNING", {"RUNNING"}) + "}}");
  EXPECT_THAT(run({"top", "--count", "1"}).out, HasSubstr(" files RUNNING tasks 1/1\n"));
  const auto looks = documents(run({"top", "--count", "1", "--json"}).out);
  EXPECT_TRUE(looks.at(0)["connectors"][0]["health"].is_null());
  EXPECT_TRUE(looks.at(0)["connectors"][0]["in_flight"].is_null());
}

TEST_F(TopCommand, A_screen_is_drawn_over_and_holds_no_more_than_fits) {
  tells(100, 50);
  screen = {true, 4, 40};
  const Outcome outcome = run({"top", "--count", "2"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\x1b[H"));
  EXPECT_THAT(outcome.out, HasSubstr("\nCONNECTOR  STATE    HEALTH   TASKS  IN/S\x1b[K\n\x1b[J"));
}

TEST_F(TopCommand, A_server_that_fails_at_the_first_look_ends_it) {
  EXPECT_EQ(run({"top"}).code, 1);
}

TEST_F(TopCommand, A_server_that_fails_later_is_waited_for) {
  tells(100, 50);
  server.on(all, 503, R"({"error_code":503,"message":"starting"})");
  tells(300, 100);
  const Outcome outcome = run({"top", "--count", "3"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr(": starting (HTTP 503)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("in 100.0/s"));
}

TEST_F(TopCommand, Its_end_is_that_of_the_last_look) {
  tells(100, 50);
  server.on(all, 503, R"({"error_code":503,"message":"starting"})");
  EXPECT_EQ(run({"top", "--count", "2"}).code, 1);
}

TEST_F(TopCommand, A_signal_ends_it_in_good_order) {
  tells(100, 50);
  for (const int signal : {SIGINT, SIGTERM}) {
    const integration::Program top(
        {CONNECTOR_HOST, "top", "--url", server.url(), "--interval", "1h"}, {},
        folder + "/out" + std::to_string(signal));
    ASSERT_TRUE(
        integration::eventually([&] { return top.output().find('\n') != std::string::npos; }, 20s))
        << top.output();
    top.signal(signal);
    EXPECT_EQ(top.wait(20s), 0);
    EXPECT_THAT(top.output(), Not(HasSubstr("\x1b")));
  }
}

TEST_F(TopCommand, A_signal_does_not_wait_for_a_server_that_hangs) {
  const http::ListenSocket silent("127.0.0.1", 0);
  const integration::Program top(
      {CONNECTOR_HOST, "top", "--url", "http://127.0.0.1:" + std::to_string(silent.port()),
       "--timeout", "1h"},
      {}, folder + "/out");
  pollfd asked{silent.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&asked, 1, 20'000), 1);
  top.signal(SIGINT);
  EXPECT_EQ(top.wait(20s), 0);
}

}  // namespace
}  // namespace connector_host::cli
