// What signals do to a host, and what a log that nobody reads does not. Needs no server.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class SignalsTest : public RestTest {
 protected:
  // Each record takes so long to write, and one of them always is being written.
  void start_slow_sink(const std::string& record_time) {
    const std::string slow =
        "  a:\n    id: none\n    source: { type: generator, count: 1000 }\n    sink: { type: "
        "trial, path: " +
        folder + "/out.txt, record_time: " + record_time + " }\n";
    write_topology(slow, "plugin_dirs: [" TRANSFORM_DIR "]\n");
    start();
    ASSERT_TRUE(eventually([&] { return in_flight() > 0; }, 20s)) << log();
  }
  bool answers() const { return http_get(http_port, "/health").status == 200; }
};

TEST_F(SignalsTest, One_without_a_rule_is_logged_and_those_with_one_work_afterwards) {
  write_topology(connector("a"));
  start();
  std::vector<int> others = {SIGUSR1,   SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO,    SIGPWR,
                             SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGCHLD,   SIGURG,  SIGWINCH, SIGPIPE};
  for (int each = SIGRTMIN; each <= SIGRTMAX; ++each) others.push_back(each);
  for (const int each : others) host->signal(each);
  EXPECT_TRUE(eventually(
      [&] {
        return log().find("SIGUSR2 from process " + std::to_string(::getpid())) !=
               std::string::npos;
      },
      20s))
      << log();
  EXPECT_TRUE(eventually(
      [&] { return log().find("signal " + std::to_string(SIGRTMAX)) != std::string::npos; }, 20s))
      << log();
  EXPECT_TRUE(answers());
  write_topology(connector("a") + connector("b"));
  host->signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return get("/connectors") == json::array({"a", "b"}); }, 20s))
      << log();
  host->signal(SIGTERM);
  EXPECT_EQ(host->wait(20s), 0) << log();
}

TEST_F(SignalsTest, Two_SIGTERMs_at_once_do_not_cut_the_drain_short) {
  start_slow_sink("2s");
  host->signal(SIGTERM);
  host->signal(SIGTERM);
  EXPECT_EQ(host->wait(30s), 0) << log();
}

TEST_F(SignalsTest, SIGQUIT_drains) {
  start_slow_sink("500ms");
  host->signal(SIGQUIT);
  EXPECT_EQ(host->wait(30s), 0) << log();
  EXPECT_NE(log().find("SIGQUIT: stopping"), std::string::npos) << log();
}

TEST_F(SignalsTest, The_second_SIGINT_ends_at_once) {
  start_slow_sink("1m");
  host->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return log().find("SIGINT: stopping") != std::string::npos; }, 20s))
      << log();
  host->signal(SIGINT);
  EXPECT_EQ(host->wait(20s), 128 + SIGINT) << log();
}

// A full pipe: as behind a log driver that has stopped reading.
class StalledLogTest : public SignalsTest {
 protected:
  void SetUp() override {
    SignalsTest::SetUp();
    const std::string pipe = folder + "/log";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    reader_ = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    const std::string filling(4096, '.');
    while (::write(reader_, filling.data(), filling.size()) > 0) {
    }
    write_topology(connector("a"));
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", topology}, Environment{}, pipe);
    ASSERT_TRUE(eventually([&] { return moves("a"); }, 20s)) << "the data path";
  }
  ~StalledLogTest() override { ::close(reader_); }

  int reader_ = -1;
};

TEST_F(StalledLogTest, Stops_nothing_and_delays_no_shutdown) {
  EXPECT_EQ(ask("PUT", "/connectors/a/pause").status, 202) << "the admin API";
  EXPECT_TRUE(eventually([&] { return reaches("a", "PAUSED"); }, 20s));
  EXPECT_TRUE(answers());
  EXPECT_EQ(http_get(http_port, "/livez").status, 200) << "not for minutes";
  host->signal(SIGTERM);
  EXPECT_EQ(host->wait(20s), 0);
}

TEST_F(StalledLogTest, Counts_what_it_loses_and_says_so_to_a_reader_that_goes_on) {
  // Each refused request is a line.
  ASSERT_TRUE(eventually(
      [&] {
        for (int i = 0; i < 200; ++i) ask("PUT", "/admin/loggers/root", {{"level", "DEBUG"}});
        return metric(http_port, "connector_host_log_lines_lost_total") > 0;
      },
      60s));
  std::string said;
  EXPECT_TRUE(eventually(
      [&] {
        char piece[4096];
        for (ssize_t size = 0; (size = ::read(reader_, piece, sizeof piece)) > 0;)
          said.append(piece, std::size_t(size));
        return said.find("lost: the reader of the log was too slow") != std::string::npos;
      },
      20s));
  host->signal(SIGTERM);
  EXPECT_EQ(host->wait(20s), 0);
}

}  // namespace
}  // namespace integration
