// A quorum queue deletes a message after its delivery limit: mistakes, restarts, slow sinks and
// records that never succeed must not spend the last delivery of a record. Each test accounts for
// every event that was published.
#include <algorithm>
#include <csignal>
#include <iostream>
#include <thread>

#include "tests/integration/events_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class RedeliveryTest : public EventsTest {
 protected:
  static constexpr const char* soon_restarted =
      "    restart: { initial: 20ms, max: 100ms }\n    retry: { initial: 20ms, max: 100ms }\n";

  // Restarts the host by hand as well, as somebody does who has not found the mistake.
  void fail_again_and_again(const std::string& connector) {
    for (int starts = 0; starts < 2; ++starts) {
      start(connector);
      ASSERT_TRUE(eventually([&] { return stays_failed(); }, 60s)) << status() << log();
      host->signal(SIGTERM);
      ASSERT_TRUE(host->wait(30s)) << log();
      host.reset();
    }
  }
  static int missing(int events, const std::vector<Arrivals>& places) {
    int missing = 0;
    for (int i = 0; i < events; ++i) {
      const std::string id = "e" + std::to_string(i);
      missing += std::none_of(places.begin(), places.end(),
                              [&](const Arrivals& each) { return each.contains(id); });
    }
    return missing;
  }
};

TEST_F(RedeliveryTest, A_wrong_id_rule_and_restarts_lose_no_record) {
  constexpr int events = 5000;
  make_quorum_queue(20);
  make_topics();
  publish_bodies(bodies_of(events));
  const std::string parts = source() + kafka_sink() + kafka_dead_letter() + soon_restarted;
  fail_again_and_again("    id: { json: /id }\n" + parts);
  start("    id: { json: /event_id }\n" + parts);
  ASSERT_TRUE(eventually([&] { return delivered() > 0 && idle(); }, 60s)) << status() << log();
  stop();
  const Arrivals written = in_topic(topic), dead = in_topic(dead_topic);
  EXPECT_EQ(missing(events, {written, dead}), 0);
  std::cout << written.size() << " in the topic, " << dead.size() << " dead letters, "
            << ready_in_queue() << " in the queue\n";
}

TEST_F(RedeliveryTest, A_record_that_is_rejected_without_a_dead_letter_stays_in_the_queue) {
  constexpr int events = 300;
  make_quorum_queue(20);
  make_topics();
  auto bodies = bodies_of(events);
  bodies.insert(bodies.begin() + 50, "no JSON");
  publish_bodies(bodies);
  const std::string parts =
      "    id: { json: /event_id }\n" + source() + kafka_sink() + soon_restarted;
  for (int i = 0; i < 3; ++i) fail_again_and_again(parts);
  start(parts + kafka_dead_letter());
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 1 && idle(); }, 60s)) << status() << log();
  stop();
  const Arrivals written = in_topic(topic);
  EXPECT_EQ(missing(events, {written}), 0);
  EXPECT_EQ(in_topic(dead_topic).count("no JSON"), 1u);
}

TEST_F(RedeliveryTest, A_slow_sink_spends_no_deliveries) {
  constexpr int events = 400;
  make_quorum_queue(20);
  publish_bodies(bodies_of(events));
  start(
      "    id: { json: /event_id }\n    hold_max: 1s\n    write_timeout: 900ms\n    workers: 2\n" +
      source() + trial_sink(", record_time: 150ms"));
  ASSERT_TRUE(eventually([&] { return delivered() == events && idle(); }, 120s))
      << status() << log();
  EXPECT_EQ(metric(http_port, "connector_host_source_deliveries_max"), 0)
      << "nothing was delivered twice";
  EXPECT_EQ(returned(), 0);
  stop();
  EXPECT_EQ(missing(events, {in_file("out.txt")}), 0);
}

TEST_F(RedeliveryTest, A_record_that_never_succeeds_becomes_a_dead_letter_before_the_limit) {
  constexpr int events = 300;
  make_quorum_queue(8);
  auto bodies = bodies_of(events);
  bodies.insert(bodies.begin() + 20, "{\"event_id\":\"never\",\"stubborn\":true}");
  publish_bodies(bodies);
  start(
      "    id: { json: /event_id }\n    hold_max: 4s\n    write_timeout: 900ms\n    retry: { "
      "initial: 20ms, max: 100ms }\n    breaker: { probe_every: 200ms "
      "}\n" +
      source("delivery_limit: 8") + trial_sink(", stubborn: stubborn, record_time: 100ms") +
      file_dead_letter());
  ASSERT_TRUE(eventually([&] { return delivered() == events; }, 60s)) << status() << log();
  EXPECT_LE(returned(), 8) << "no neighbour went back with it: " << status() << log();
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 1 || stays_failed(); }, 100s))
      << status() << log();
  // Where nothing else is delivered any more, nobody can tell whose fault it is: an operator
  // decides.
  if (stays_failed()) {
    EXPECT_TRUE(restart_task());
  }
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 1 && idle(); }, 60s)) << status() << log();
  stop();
  EXPECT_EQ(missing(events, {in_file("out.txt")}), 0);
  EXPECT_EQ(in_file("dead.jsonl").size(), 1u);
}

TEST_F(RedeliveryTest, Retries_end_after_errors_retry_timeout) {
  make_quorum_queue(20);
  auto bodies = bodies_of(100);
  bodies.insert(bodies.begin() + 10, "{\"event_id\":\"never\",\"stubborn\":true}");
  publish_bodies(bodies);
  start(
      "    id: { json: /event_id }\n    errors: { retry.timeout: 1s }\n    retry: { initial: 20ms, "
      "max: 100ms }\n" +
      source() + trial_sink(", stubborn: stubborn") + file_dead_letter());
  ASSERT_TRUE(eventually([&] { return status().find("\"retrying\"") != std::string::npos; }, 30s))
      << "it appears in the status: " << status();
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 1 && idle(); }, 30s)) << status() << log();
  EXPECT_EQ(delivered(), 100);
  EXPECT_EQ(returned(), 0);
  stop();
}

// The task fails at the bad record while the good ones are being written, and Kafka answers two
// seconds later.
TEST_F(RedeliveryTest, A_failing_task_waits_for_its_writes) {
  Server own("kafka", folder);
  own.start();
  kafka = own.address();
  make_quorum_queue(20);
  make_topics();
  const std::string parts =
      "    id: { json: /event_id }\n    workers: 4\n    restart: { initial: 20ms, max: 100ms }\n" +
      source() + redis_dedup() + kafka_sink();
  start(parts);
  publish_bodies(bodies_of(64));
  ASSERT_TRUE(eventually([&] { return delivered() == 64; }, 60s)) << status() << log();
  own.freeze();
  // Several bad ones, so that one of them comes to a worker that writes nothing.
  publish_bodies({body_of(64), body_of(65), "no JSON 1", "no JSON 2", "no JSON 3", "no JSON 4",
                  "no JSON 5", "no JSON 6"});
  ASSERT_TRUE(eventually(
      [&] { return status().find("there is no dead letter") != std::string::npos; }, 30s))
      << status();
  std::this_thread::sleep_for(2s);  // the outage
  own.thaw();
  ASSERT_TRUE(eventually([&] { return stays_failed(); }, 90s)) << status() << log();
  host->signal(SIGTERM);
  ASSERT_TRUE(host->wait(30s));
  start(parts + kafka_dead_letter());
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 6 && idle(); }, 60s)) << status() << log();
  stop();
  const Arrivals written = in_topic(topic);
  for (int i = 64; i < 66; ++i) EXPECT_EQ(written.at("e" + std::to_string(i)), 1) << i;
}

}  // namespace
}  // namespace integration
