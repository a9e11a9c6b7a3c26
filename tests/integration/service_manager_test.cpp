// What a service manager hears of the host (Type=notify of systemd), from its start to its end.
// Needs no server.
#include <csignal>
#include <ctime>
#include <fstream>

#include "tests/integration/notify_listener.hpp"
#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

long monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

// Its threads were stopped by a signal (proc(5)).
bool stands_still(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  return line.find(") T ") != line.npos;
}

class NotifyTest : public RestTest {
 protected:
  void SetUp() override {
    RestTest::SetUp();
    listener = std::make_unique<NotifyListener>(folder + "/notify");
  }
  void start_as_service(const Environment& more = {}) {
    Environment variables = {{"NOTIFY_SOCKET", folder + "/notify"}};
    variables.insert(more.begin(), more.end());
    host =
        std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", topology},
                                  variables, folder + "/host.log");
  }
  bool hears(const std::string& line, long times = 1) {
    return eventually([&] { return listener->count(line) >= times; }, 20s);
  }

  std::unique_ptr<NotifyListener> listener;
};

TEST_F(NotifyTest, READY_comes_when_the_listeners_are_up_and_STOPPING_when_it_drains) {
  write_topology(connector("a"));
  start_as_service();
  ASSERT_TRUE(hears("READY=1")) << log();
  EXPECT_EQ(http_get(http_port, "/startupz").status, 200);
  EXPECT_EQ(http_get(admin_port, "/").status, 200);
  ASSERT_TRUE(hears("STATUS=healthy; 1 of 1 connectors ready")) << listener->last("STATUS=");
  EXPECT_EQ(stop_host(), 0) << log();
  EXPECT_EQ(listener->count("STOPPING=1"), 1);
  EXPECT_EQ(listener->last("EXTEND_TIMEOUT_USEC="), "35000000")
      << "drain_timeout and what may follow it";
  EXPECT_EQ(listener->count("READY=1"), 1);
}

TEST_F(NotifyTest, It_is_READY_and_lives_while_its_broker_is_away_and_the_status_says_so) {
  write_topology(
      "  a:\n    id: none\n    source: { type: rabbitmq, url: 'amqp://127.0.0.1:1/', queue: q }\n  "
      "  sink: { type: 'null' }\n");
  start_as_service({{"WATCHDOG_USEC", "1000000"}});
  ASSERT_TRUE(hears("READY=1")) << log();
  EXPECT_TRUE(hears("STATUS=unhealthy")) << listener->last("STATUS=");
  EXPECT_TRUE(hears("WATCHDOG=1", 6)) << "for longer than its time";
  EXPECT_EQ(stop_host(), 0) << log();
}

TEST_F(NotifyTest, A_reload_is_told_from_its_beginning_to_its_end_also_when_it_is_refused) {
  write_topology(connector("a"));
  start_as_service();
  ASSERT_TRUE(hears("STATUS=healthy")) << log();
  write_topology(connector("a") + connector("b"));
  const long asked = monotonic_microseconds();
  host->signal(SIGHUP);
  ASSERT_TRUE(hears("READY=1", 2)) << log();
  EXPECT_EQ(listener->count("RELOADING=1"), 1);
  EXPECT_GE(std::stol(listener->last("MONOTONIC_USEC=")), asked)
      << "else it would be taken for the answer to an earlier request";
  EXPECT_EQ(get("/connectors"), json::array({"a", "b"})) << "READY comes after what it speaks of";
  ASSERT_TRUE(hears("STATUS=healthy; 2 of 2 connectors ready")) << listener->last("STATUS=");

  write_topology("  a: { source: nothing }\n");
  host->signal(SIGHUP);
  ASSERT_TRUE(hears("READY=1", 3)) << log();
  EXPECT_TRUE(hears("STATUS=healthy; 2 of 2 connectors ready; the last reload was refused"))
      << listener->last("STATUS=");
}

TEST_F(NotifyTest, A_process_that_does_not_turn_shows_no_life) {
  write_topology(connector("a"));
  start_as_service({{"WATCHDOG_USEC", "400000"}});
  ASSERT_TRUE(hears("WATCHDOG=1", 3)) << log();
  host->signal(SIGSTOP);
  ASSERT_TRUE(eventually([&] { return stands_still(host->pid()); }, 10s));
  const long before = listener->count("WATCHDOG=1");
  EXPECT_FALSE(eventually([&] { return listener->count("WATCHDOG=1") > before; }, 1s));
  host->signal(SIGCONT);
  EXPECT_TRUE(hears("WATCHDOG=1", before + 1)) << log();
}

TEST_F(NotifyTest, A_host_that_ends_by_itself_says_STOPPING_first) {
  write_topology(
      "  a:\n    id: none\n    source: { type: generator, count: 10 }\n    sink: { type: 'null' "
      "}\n");
  start_as_service();
  EXPECT_EQ(host->wait(20s), 0) << log();
  EXPECT_EQ(listener->count("STOPPING=1"), 1);
}

}  // namespace
}  // namespace integration
