// A stream queue of RabbitMQ as the source of a whole host: what a kill repeats, and its offsets
// over REST.
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/integration/events_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class StreamTest : public EventsTest {
 protected:
  void SetUp() override {
    EventsTest::SetUp();
    if (!IsSkipped())
      event_tool::AmqpChannel("amqp://guest:guest@" + rabbitmq)
          .declare_queue(queue, event_tool::QueueType::stream);
  }
  void publish(int first, int last) {
    std::vector<std::string> bodies;
    for (int each = first; each <= last; ++each) bodies.push_back(body_of(each));
    publish_bodies(bodies);
  }
  void start_reading(const std::string& more = {}) {
    start("    id: { json: /event_id }\n" + source(more) + trial_sink());
  }
  // How often this event was written.
  int written(int event) const {
    const Arrivals all = in_file("out.txt");
    const auto found = all.find("e" + std::to_string(event));
    return found == all.end() ? 0 : found->second;
  }
  bool all_written(int events) const { return int(in_file("out.txt").size()) == events; }
  Answer ask(const std::string& method, const std::string& path,
             const std::string& body = {}) const {
    return http_ask(admin_port,
                    {method, "/connectors/c" + path, body, {{"Content-Type", "application/json"}}});
  }
  void stop_connector() {
    ASSERT_EQ(ask("PUT", "/stop").status, 204);
    ASSERT_TRUE(eventually([&] { return is_in("STOPPED"); }, 20s)) << status() << log();
  }
  // Null while the host does not answer yet.
  json offsets() const {
    const json answer = json::parse(ask("GET", "/offsets").body, nullptr, false);
    return answer.is_object() ? answer.value("offsets", json()) : json();
  }
  json stream_offset() const {
    return offsets().is_array() ? offsets()[0]["offset"].value("stream_offset", json()) : json();
  }
  bool is_in(const std::string& state) const {
    return status().find("\"connector\":{\"state\":\"" + state + '"') != std::string::npos;
  }
};

TEST_F(StreamTest, Backlog_and_records_published_during_a_kill_are_delivered) {
  publish(0, 499);
  start_reading();
  ASSERT_TRUE(eventually([&] { return in_file("out.txt").size() > 100; }, 30s)) << log();
  host->signal(SIGKILL);
  ASSERT_TRUE(host->wait(10s).has_value());
  publish(500, 599);
  start_reading();
  ASSERT_TRUE(eventually([&] { return all_written(600); }, 30s)) << log();
  stop();
  start_reading();
  ASSERT_TRUE(eventually([&] { return stream_offset() == 600; }, 20s)) << offsets();
  publish(600, 600);
  ASSERT_TRUE(eventually([&] { return all_written(601); }, 30s)) << log();
  EXPECT_EQ(written(599), 1) << "a graceful shutdown repeats nothing";
  stop();
}

TEST_F(StreamTest, Offsets_are_set_and_reset_over_rest) {
  publish(0, 99);
  start_reading();
  ASSERT_TRUE(eventually([&] { return all_written(100); }, 30s)) << log();
  stop_connector();
  json now = offsets();
  EXPECT_EQ(now[0]["partition"]["queue"], queue);
  EXPECT_EQ(now[0]["offset"]["stream_offset"], 100);
  now[0]["offset"]["stream_offset"] = 90;
  const Answer set = ask("PATCH", "/offsets", json({{"offsets", now}}).dump());
  ASSERT_EQ(set.status, 200) << set.body;
  ASSERT_EQ(ask("PUT", "/resume").status, 202);
  ASSERT_TRUE(eventually([&] { return written(99) == 2; }, 30s)) << log();
  EXPECT_EQ(written(90), 2);
  EXPECT_EQ(written(89), 1);
  stop_connector();
  ASSERT_EQ(ask("DELETE", "/offsets").status, 200);
  ASSERT_EQ(ask("PUT", "/resume").status, 202);
  ASSERT_TRUE(eventually([&] { return written(99) == 3; }, 30s)) << log();
  EXPECT_EQ(written(0), 2);
  stop();
}

TEST_F(StreamTest, Each_of_several_tasks_would_read_all_of_it_so_only_one_may) {
  start("    tasks: 2\n    id: { json: /event_id }\n" + source() + trial_sink());
  ASSERT_TRUE(eventually([&] { return status().find("set tasks: 1") != std::string::npos; }, 30s))
      << status() << log();
}

TEST_F(StreamTest, Offsets_of_another_queue_are_refused_with_400) {
  event_tool::AmqpChannel("amqp://guest:guest@" + rabbitmq).remove(queue);
  make_queue();
  start_reading();
  ASSERT_TRUE(eventually([&] { return is_in("RUNNING"); }, 20s)) << log();
  stop_connector();
  const json wanted = {
      {"offsets", {{{"partition", {{"queue", queue}}}, {"offset", {{"stream_offset", 1}}}}}}};
  const Answer set = ask("PATCH", "/offsets", wanted.dump());
  EXPECT_EQ(set.status, 400) << set.body;
  EXPECT_NE(set.body.find("is no stream"), std::string::npos) << set.body;
  EXPECT_EQ(ask("DELETE", "/offsets").status, 200);
  stop();
}

}  // namespace
}  // namespace integration
