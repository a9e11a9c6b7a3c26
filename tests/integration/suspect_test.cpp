// A record on which a plugin ends the process: it is found, and only it is set aside.
#include <csignal>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class SuspectTest : public LineTest {
 protected:
  void start() {
    start_connector("    transforms: [{ type: crashing }]\n    dedup: { type: redis, address: '" +
                        redis + "', scope: " + queue + ", lease: 1s, timeout: 500ms }\n",
                    "plugin_dirs: [" TRANSFORM_DIR "]\n");
  }
  std::string dead_letters() const {
    return run({"/usr/bin/kcat", "-b", kafka, "-C", "-q", "-t", dead_topic, "-o", "beginning", "-e",
                "-f", "%h\n"})
        .output;
  }
};

TEST_F(
    SuspectTest,
    A_record_that_crashes_the_process_each_time_ends_in_the_dead_letter_and_everything_else_is_delivered) {
  make_queue("quorum");
  make_topics();
  const Plan sent = plan(400, 0);
  publish(sent);
  const Finished crashing = event_tool(
      {"publish", "--url", "amqp://guest:guest@" + rabbitmq, "--queue", queue, "--queue-type",
       "quorum", "--count", "1", "--seed", std::to_string(plan(1).seed), "--header", "crash=yes"});
  ASSERT_EQ(crashing.code, 0) << crashing.output;
  int crashes = 0;
  for (bool done = false; !done && crashes < 12;) {
    start();
    ASSERT_TRUE(eventually(
        [&] {
          return !host->running() ||
                 (delivered() + metric(http_port, "connector_host_records_dead_lettered_total") >
                      0 &&
                  idle());
        },
        60s))
        << log();
    done = host->running();
    if (done) break;
    EXPECT_EQ(host->wait(1s), 128 + SIGABRT) << log();
    ++crashes;
  }
  EXPECT_GE(crashes, 2);
  EXPECT_LE(crashes, 6) << "three until it is a suspect, two until it is guilty, one because a "
                           "redelivery may come while another record is at work";
  ASSERT_TRUE(host->running()) << log();
  EXPECT_EQ(metric(http_port, "connector_host_records_dead_lettered_total"), 1);
  EXPECT_EQ(stop_host(), 0) << log();
  const std::string dead = dead_letters();
  EXPECT_NE(dead.find("the process ended 2 times while it worked on this record alone"),
            std::string::npos)
      << dead;
  EXPECT_NE(dead.find("crash=yes"), std::string::npos) << dead;
  EXPECT_EQ(verify(sent, 0, 1'000'000).lost, 0);
  EXPECT_EQ(queue_depth(), 0);
}

}  // namespace
}  // namespace integration
