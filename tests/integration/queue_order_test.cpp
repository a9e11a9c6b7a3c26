// ordering: queue, between real servers: the records of a queue stand in each Kafka partition in
// the order in which they were published, whatever happens to connections and processes meanwhile.
// Repeats may follow; only first ones count.
#include <algorithm>
#include <csignal>
#include <map>
#include <ostream>
#include <set>

#include "tests/integration/event_tool/topic_reader.hpp"
#include "tests/integration/events_fixture.hpp"
#include "tests/plugins/rabbitmq/tcp_proxy.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using rabbitmq_test::TcpProxy;

struct OrderedQueue {
  const char* name;
  const char* type;
  int delivery_limit;

  friend std::ostream& operator<<(std::ostream& out, const OrderedQueue& each) {
    return out << each.name;
  }
};

class QueueOrderTest : public EventsTest, public testing::WithParamInterface<OrderedQueue> {
 protected:
  static constexpr int events = 12'000, first_of_all = 1'000'000;

  void make_ordered_queue() {
    if (std::string_view(GetParam().type) == "quorum")
      return make_quorum_queue(GetParam().delivery_limit);
    make_queue(GetParam().type);
  }
  // So slow that there is time for a disturbance, with a window of deliveries under way.
  void publish_and_start() {
    make_ordered_queue();
    make_topics();
    std::vector<std::string> bodies;
    for (int i = 0; i < events; ++i)
      bodies.push_back(R"({"event_id":")" + std::to_string(first_of_all + i) + R"("})");
    publish_bodies(bodies);
    proxy.limit(600'000);
    start_ordered();
  }
  std::string ordered() const {
    return "    ordering: queue\n    workers: 3\n    source: { type: rabbitmq, url: "
           "'amqp://guest:guest@127.0.0.1:" +
           std::to_string(proxy.port()) + "', queue: " + queue + " }\n" + redis_dedup() +
           kafka_sink();
  }
  void start_ordered() { start(ordered()); }
  // Some more were delivered, or all are.
  void progress(double by) {
    double before = -1;
    EXPECT_TRUE(eventually(
        [&] {
          const double now = metric(http_port, "connector_host_records_delivered_total");
          if (before < 0) before = now;
          return now >= before + by || ready_in_queue() == 0;
        },
        60s))
        << log();
  }
  void kill_host() {
    host->signal(SIGKILL);
    host->wait(20s);
    host.reset();
  }
  bool post(const char* verb) const {
    return http_send(admin_port, "PUT", std::string("/connectors/c/") + verb).status == 202;
  }
  // The first occurrence of each event, by partition.
  void read_topic() {
    reader.read_to_end([&](const rd_kafka_message_t& message) {
      const std::string body(static_cast<const char*>(message.payload), message.len);
      const int event = std::stoi(body.substr(body.find_first_of("0123456789")));
      if (seen.insert(event).second) firsts[message.partition].push_back(event);
    });
  }
  void expect_all_in_order() {
    const auto all_are_there = [&] {
      read_topic();
      return seen.size() == std::size_t(events);
    };
    EXPECT_TRUE(eventually(all_are_there, 120s)) << seen.size() << " of " << events << "\n"
                                                 << log();
    stop();
    for (const auto& [partition, found] : firsts) {
      const auto at = std::is_sorted_until(found.begin(), found.end());
      EXPECT_TRUE(at == found.end())
          << "partition " << partition << ": " << *at << " behind " << *(at - 1);
    }
  }

  std::map<std::int32_t, std::vector<int>> firsts;
  std::set<int> seen;
  event_tool::TopicReader reader{kafka, topic};
  TcpProxy proxy{std::uint16_t(std::stoi(rabbitmq.substr(rabbitmq.find(':') + 1)))};
};

TEST_P(QueueOrderTest, Holds_while_connections_are_cut) {
  publish_and_start();
  for (int i = 0; i < 6; ++i) {
    progress(900);
    proxy.cut();
  }
  expect_all_in_order();
}

TEST_P(QueueOrderTest, Holds_while_the_host_is_killed_and_started_again) {
  publish_and_start();
  for (int i = 0; i < 4; ++i) {
    progress(1500);
    kill_host();
    start_ordered();
  }
  expect_all_in_order();
}

TEST_P(QueueOrderTest, Holds_while_the_host_is_stopped_and_paused) {
  publish_and_start();
  for (int i = 0; i < 3; ++i) {
    progress(900);
    stop();
    start_ordered();
    progress(900);
    EXPECT_TRUE(post("pause")) << log();
    EXPECT_TRUE(eventually([&] { return status().find("PAUSED") != std::string::npos; }, 60s))
        << status();
    EXPECT_TRUE(post("resume")) << log();
  }
  expect_all_in_order();
}

INSTANTIATE_TEST_SUITE_P(Queues, QueueOrderTest,
                         testing::Values(OrderedQueue{"classic", "classic", 0},
                                         OrderedQueue{"quorum", "quorum", 0},
                                         OrderedQueue{"quorum_with_a_limit", "quorum", 20},
                                         OrderedQueue{"single_active", "single-active", 0}),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace integration
