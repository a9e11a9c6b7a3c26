// An equal id is not an equal record, and a store that two installations share is not one store for
// both.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/integration/events_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

using IdentityTest = EventsTest;

TEST_F(IdentityTest, Without_a_dedup_store_equal_ids_are_records_of_their_own) {
  make_quorum_queue(0);
  std::vector<std::string> updates;
  for (int i = 0; i < 1000; ++i)
    updates.push_back("{\"customer\":\"c" + std::to_string(i % 10) + "\",\"event_id\":\"e" +
                      std::to_string(i) + "\"}");
  publish_bodies(updates);
  start("    id: { json: /customer }\n" + source() + trial_sink());
  ASSERT_TRUE(eventually(
      [&] {
        return delivered() + metric(http_port, "connector_host_records_duplicate_total") == 1000 &&
               idle();
      },
      60s))
      << log();
  stop();
  EXPECT_EQ(in_file("out.txt").size(), 1000u);
}

TEST_F(IdentityTest, A_corrected_record_is_delivered_after_one_with_its_id_was_rejected) {
  make_quorum_queue(0);
  make_topics();
  std::vector<std::string> bodies = bodies_of(200);
  std::vector<std::string> corrected;
  for (int i = 0; i < 20; ++i) {
    const std::string id = "x" + std::to_string(i);
    bodies.push_back("{\"event_id\":\"" + id + "\",\"large\":\"" + std::string(2'000'000, 'x') +
                     "\"}");
    bodies.push_back("{\"event_id\":\"" + id + "\",\"corrected\":true}");
  }
  publish_bodies(bodies);
  start("    id: { json: /event_id }\n" + source() + redis_dedup() + kafka_sink() +
        file_dead_letter());
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 20 && idle(); }, 60s))
      << status() << log();
  stop();
  const Arrivals written = in_topic(topic);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(written.count("x" + std::to_string(i)), 1u) << i;
}

TEST_F(IdentityTest, Two_installations_with_one_name_do_not_take_each_others_events) {
  Server own("redis", folder);
  own.start();
  redis = own.address();
  make_quorum_queue(0);
  make_topics();
  publish_bodies(bodies_of(500));
  const std::string first_queue = queue, first_topic = topic;
  start("    id: { json: /event_id }\n" + source() + redis_dedup() + kafka_sink());
  ASSERT_TRUE(eventually([&] { return delivered() == 500; }, 60s)) << log();
  const auto first = std::move(host);

  queue += ".second";
  topic += ".second";
  make_quorum_queue(0);
  ASSERT_EQ(
      event_tool({"topic", "create", "--brokers", kafka, "--topic", topic, "--partitions", "3"})
          .code,
      0);
  publish_bodies(bodies_of(500));
  const std::string rest = source() + kafka_sink();
  host = host_of("    id: { json: /event_id }\n" + redis_dedup() + rest, "second");
  ASSERT_TRUE(eventually(
      [&] { return status().find("FAILED") != std::string::npos || !host->running(); }, 60s))
      << status();
  const std::string said = status() + host->output();
  for (const std::string& part : {first_queue, queue, first_topic, topic,
                                  std::string("dedup.scope"), std::string("dedup.adopt")})
    EXPECT_NE(said.find(part), std::string::npos) << part << " in " << said;
  host.reset();
  EXPECT_EQ(ready_in_queue(), 500) << "nothing was taken";

  host = host_of("    id: { json: /event_id }\n" + redis_dedup(", scope: second") + rest, "second");
  ASSERT_TRUE(eventually([&] { return delivered() == 500 && ready_in_queue() == 0; }, 60s))
      << status() << host->output();
  host.reset();
  EXPECT_EQ(in_topic(topic).size(), 500u);
  event_tool({"queue", "delete", "--url", "amqp://guest:guest@" + rabbitmq, "--queue", queue});
  queue = first_queue;
}

TEST_F(IdentityTest, A_moved_pipeline_adopts_its_scope) {
  Server own("redis", folder);
  own.start();
  redis = own.address();
  make_quorum_queue(0);
  publish_bodies(bodies_of(10));
  start("    id: { json: /event_id }\n" + source() + redis_dedup() + trial_sink());
  ASSERT_TRUE(eventually([&] { return delivered() == 10; }, 60s)) << log();
  stop();
  make_topics();
  publish_bodies({body_of(10)});
  start("    id: { json: /event_id }\n" + source() + redis_dedup(", adopt: true") + kafka_sink());
  ASSERT_TRUE(eventually([&] { return delivered() == 1 && idle(); }, 60s)) << status() << log();
  stop();
}

// One of two hosts stands still between claim and write, for so long that the other one delivers
// everything.
TEST_F(IdentityTest, A_frozen_process_does_not_write_what_another_has_delivered) {
  Server own("redis", folder);
  own.start();
  redis = own.address();
  make_quorum_queue(0);
  publish_bodies(bodies_of(100));
  const std::string begun = folder + "/begun", may_go_on = folder + "/may-go-on";
  const std::string rest = "    id: { json: /event_id }\n" + source("heartbeat: 1s") +
                           redis_dedup(", lease: 2s, timeout: 1s") + trial_sink();
  start(rest + "    transforms: [{ type: passing, begins: '" + begun + "', waits_for: '" +
        may_go_on + "' }]\n");
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(begun); }, 60s)) << status() << log();
  const auto frozen = std::move(host);
  const std::uint16_t frozen_port = http_port;
  frozen->signal(SIGSTOP);

  host = host_of(rest, "second");
  ASSERT_TRUE(eventually([&] { return in_file("out.txt").size() == 100 && idle(); }, 60s))
      << status() << host->output();
  std::ofstream(may_go_on) << '\n';
  frozen->signal(SIGCONT);
  ASSERT_TRUE(eventually(
      [&] { return metric(frozen_port, "connector_host_source_record_active") == 0 && idle(); },
      60s))
      << frozen->output();
  const Arrivals written = in_file("out.txt");
  EXPECT_EQ(written.size(), 100u);
  EXPECT_EQ(std::count_if(written.begin(), written.end(),
                          [](const auto& each) { return each.second != 1; }),
            0);
}

// Redis refuses its user in the middle of the stream, when Kafka has records that are not
// committed: the task fails, and what was delivered stays known over its restarts and a stop.
TEST_F(IdentityTest, Commits_survive_a_task_that_fails_and_a_stop) {
  Server own("redis", folder);
  own.start();
  redis = own.address();
  make_quorum_queue(0);
  make_topics();
  const std::string connector =
      "    id: { json: /event_id }\n    restart: { initial: 20ms, max: 200ms, limit: 1000 }\n" +
      source() + redis_dedup() + kafka_sink();
  const auto may_write = [&](bool may) {
    const std::size_t colon = redis.find(':');
    const Finished said =
        run({"/usr/bin/redis-cli", "-h", redis.substr(0, colon), "-p", redis.substr(colon + 1),
             "ACL", "SETUSER", "default", may ? "+set" : "-set"});
    ASSERT_EQ(said.output, "OK\n");
  };
  const std::string note = folder + "/state-host/states/unsaved-commits/c%2F0";
  int events = 0;
  for (int turn = 0; turn < 20 && !std::filesystem::exists(note); ++turn) {
    std::vector<std::string> bodies;
    for (const int end = events + 3000; events < end; ++events) bodies.push_back(body_of(events));
    publish_bodies(bodies);
    start(connector);
    ASSERT_TRUE(eventually([&] { return delivered() > 500; }, 60s)) << status() << log();
    may_write(false);
    ASSERT_TRUE(eventually([&] { return status().find("FAILED") != std::string::npos; }, 60s))
        << status() << log();
    host->signal(SIGTERM);
    ASSERT_TRUE(host->wait(40s)) << log();
    may_write(true);
  }
  ASSERT_TRUE(std::filesystem::exists(note))
      << "no record was delivered and not committed: this test proved nothing";
  publish_bodies(bodies_of(events));  // the publisher repeats itself
  start(connector);
  ASSERT_TRUE(eventually([&] { return received() > 0 && idle(); }, 120s)) << status() << log();
  stop();
  EXPECT_FALSE(std::filesystem::exists(note));
  const Arrivals written = in_topic(topic);
  EXPECT_EQ(written.size(), std::size_t(events));
  EXPECT_EQ(std::count_if(written.begin(), written.end(),
                          [](const auto& each) { return each.second != 1; }),
            0);
}

}  // namespace
}  // namespace integration
