// The shipped line between real servers while somebody pauses, resumes, stops and restarts it all
// the time.
#include <csignal>
#include <iostream>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class ControlTest : public RestTest {
 protected:
  void SetUp() override { LineTest::SetUp(); }
  void start_line() {
    more_variables = {{"ADMIN_UNAUTHENTICATED", "admin"}};
    admin_port = free_port();
    start_host();
    ASSERT_TRUE(reaches(name, "RUNNING")) << log();
  }
  void kill_host_and_start() {
    host->signal(SIGKILL);
    ASSERT_TRUE(host->wait(10s).has_value());
    start_host();
    ASSERT_TRUE(eventually([&] { return !state(name).empty(); }, 20s)) << log();
  }
  int order(const std::string& method, const std::string& what) const {
    return ask(method, "/connectors/" + name + "/" + what).status;
  }

  const std::string name = "rmq-to-kafka";
};

TEST_F(
    ControlTest,
    Paused_stopped_and_restarted_a_hundred_times_under_load_it_loses_nothing_and_repeats_nothing) {
  const Plan endless = plan(10'000'000);
  make_queue();
  make_topics();
  const auto publisher = publishing(endless, 1500);
  start_line();
  for (int round = 0; round < 100; ++round) {
    EXPECT_EQ(order("PUT", "pause"), 202);
    ASSERT_TRUE(reaches(name, "PAUSED")) << log();
    EXPECT_EQ(status(name)["tasks"][0]["in_flight"], 0);
    EXPECT_EQ(order("PUT", "resume"), 202);
    ASSERT_TRUE(moves(name)) << log();
    EXPECT_EQ(order("PUT", "stop"), 204);
    ASSERT_TRUE(reaches(name, "STOPPED")) << log();
    EXPECT_EQ(order("PUT", "resume"), 202);
    ASSERT_TRUE(moves(name)) << log();
    EXPECT_EQ(order("POST", "restart?includeTasks=true"), 202);
    EXPECT_EQ(order("POST", "tasks/0/restart"), 204);
    ASSERT_TRUE(reaches(name, "RUNNING")) << log();
    ASSERT_TRUE(moves(name)) << log();
  }
  const Plan sent = end(*publisher, endless);
  const Account account = verify_and_stop(sent, 60);
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_EQ(account.lost, 0);
  EXPECT_EQ(account.repeated, 0);
  std::cout << "a hundred rounds of pause, resume, stop, resume and restart beside " << sent.count
            << " events: none lost, none twice\n";
}

TEST_F(ControlTest,
       Killed_while_paused_under_load_it_is_still_paused_and_nothing_is_lost_or_repeated) {
  const Plan endless = plan(10'000'000);
  make_queue();
  make_topics();
  const auto publisher = publishing(endless, 2000);
  start_line();
  for (int kill = 0; kill < 3; ++kill) {
    ASSERT_TRUE(moves(name)) << log();
    EXPECT_EQ(order("PUT", "pause"), 202);
    ASSERT_TRUE(reaches(name, "PAUSED")) << log();
    kill_host_and_start();
    ASSERT_TRUE(eventually([&] { return state(name) == "PAUSED"; }, 20s)) << log();
    EXPECT_EQ(status(name)["tasks"], json::array()) << "nothing was begun";
    EXPECT_EQ(records(name, "received"), 0);
    EXPECT_EQ(order("PUT", "resume"), 202);
    ASSERT_TRUE(reaches(name, "RUNNING")) << log();
  }
  const Account account = verify_and_stop(end(*publisher, endless), 60);
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_EQ(account.lost, 0);
  EXPECT_EQ(account.repeated, 0) << "nothing was in hand when it was killed";
}

TEST_F(ControlTest, The_worker_tells_the_id_of_the_cluster_it_writes_to_also_when_it_rests) {
  make_queue();
  make_topics();
  start_line();
  ASSERT_TRUE(eventually([&] { return get("/")["kafka_cluster_id"] != ""; }, 20s)) << log();
  const json id = get("/")["kafka_cluster_id"];
  EXPECT_EQ(order("PUT", "stop"), 204);
  ASSERT_TRUE(reaches(name, "STOPPED")) << log();
  kill_host_and_start();
  EXPECT_EQ(get("/")["kafka_cluster_id"], id);
}

TEST_F(ControlTest,
       Pausing_lets_another_replica_have_the_queue_and_its_offsets_tell_what_was_done) {
  const Plan sent = plan(2000);
  make_queue();
  make_topics();
  start_line();
  EXPECT_EQ(order("PUT", "pause"), 202);
  ASSERT_TRUE(reaches(name, "PAUSED")) << log();
  publish(sent);
  EXPECT_EQ(queue_depth(), 2000) << "nothing is prefetched by who is paused";
  EXPECT_EQ(order("PUT", "resume"), 202);
  ASSERT_TRUE(eventually([&] { return idle(); }, 30s)) << log();
  json offsets = get("/connectors/" + name + "/offsets")["offsets"];
  ASSERT_EQ(offsets.size(), 1u) << offsets;
  EXPECT_EQ(offsets[0]["partition"]["queue"], queue);
  EXPECT_EQ(offsets[0]["offset"]["acked"], 2000);
  EXPECT_EQ(offsets[0]["offset"]["in_flight"], 0);
  EXPECT_TRUE(offsets[0]["offset"]["last_ack"].is_string());
  EXPECT_EQ(get("/connectors/" + name + "/topics")[name]["topics"], json::array({topic}));
  EXPECT_EQ(ask("PATCH", "/connectors/" + name + "/offsets", {{"offsets", offsets}}).status, 400);
  EXPECT_EQ(ask("DELETE", "/connectors/" + name + "/offsets").status, 400) << "it is not stopped";
}

TEST_F(ControlTest, Resetting_the_offsets_of_a_stopped_connector_forgets_the_ids_it_has_seen) {
  Server store("redis",
               folder);  // the scope that is forgotten is that of every test of the shipped line
  store.start();
  redis = store.address();
  Plan sent = plan(500, 0);
  make_queue();
  make_topics();
  start_line();
  publish(sent);
  ASSERT_TRUE(eventually([&] { return delivered() == 500 && idle(); }, 30s)) << log();
  publish(sent);
  ASSERT_TRUE(eventually([&] { return records(name, "duplicate") == 500; }, 30s)) << log();
  EXPECT_EQ(order("PUT", "stop"), 204);
  ASSERT_TRUE(reaches(name, "STOPPED")) << log();
  EXPECT_EQ(ask("DELETE", "/connectors/" + name + "/offsets").status, 200) << log();
  EXPECT_NE(log().find("/offsets -> 200"), std::string::npos) << log();
  EXPECT_EQ(order("PUT", "resume"), 202);
  ASSERT_TRUE(reaches(name, "RUNNING")) << log();
  publish(sent);
  EXPECT_TRUE(eventually([&] { return records(name, "delivered") == 1000; }, 30s)) << log();
}

}  // namespace
}  // namespace integration
