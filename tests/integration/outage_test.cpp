// Each server stopped and started under load: nothing is lost, and the flow comes back by itself.
#include <iostream>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class OutageTest : public LineTest {
 protected:
  // Stops the server in the middle of a stream of events and starts it again.
  void outlive(Server& server, const Plan& sent, Program* publisher) {
    ASSERT_TRUE(eventually([&] { return delivered() > 1000; }, 60s)) << log();
    server.stop();
    EXPECT_TRUE(eventually([&] { return http_get(http_port, "/health").status == 503; }, 20s))
        << "long before a write times out";
    server.start();
    const auto back = std::chrono::steady_clock::now();
    const double before = delivered();
    EXPECT_TRUE(eventually([&] { return delivered() > before; }, 15s)) << log();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - back);
    std::cout << "flow resumed " << took.count() << " ms after the server was back\n";
    if (publisher) {
      EXPECT_EQ(publisher->wait(120s), 0) << publisher->output();
    }
    const Account account = verify_and_stop(sent, 90);
    EXPECT_EQ(account.code, 0) << account.text;
    EXPECT_EQ(account.lost, 0);
    EXPECT_EQ(account.repeated, 0);
  }
  void outlive_RabbitMQ(const std::string& type, int count) {
    Server server("rabbitmq", folder);
    server.start();
    rabbitmq = server.address();
    const Plan sent = plan(count);
    make_queue(type);
    make_topics();
    publish(sent);
    start_host();
    outlive(server, sent, nullptr);
  }
};

TEST_F(OutageTest, Redis_restarted_under_load) {
  Server server("redis", folder);
  server.start();
  redis = server.address();
  const Plan sent = plan(40'000);
  make_queue();
  make_topics();
  start_host();
  const auto publisher = publishing(sent, 4000);
  outlive(server, sent, publisher.get());
}

TEST_F(OutageTest, Kafka_restarted_under_load) {
  Server server("kafka", folder);
  server.start();
  kafka = server.address();
  const Plan sent = plan(60'000);
  make_queue();
  make_topics();
  start_host();
  const auto publisher = publishing(sent, 4000);
  outlive(server, sent, publisher.get());
}

// The publisher cannot publish to a server that is down: everything is published before, and more
// than the host carries away while the server ends.
TEST_F(OutageTest, RabbitMQ_restarted_under_load) {
  outlive_RabbitMQ("quorum", 150'000);
}

TEST_F(OutageTest, RabbitMQ_with_a_classic_queue_restarted_under_load) {
  outlive_RabbitMQ("classic", 100'000);
}

TEST_F(OutageTest, Without_Kafka_at_start_no_delivery_is_taken_and_health_says_why_until_it_comes) {
  const std::string elsewhere = kafka;
  const std::uint16_t port = free_port();
  kafka = "127.0.0.1:" + std::to_string(port);
  const Plan sent = plan(2000);
  make_queue();
  publish(sent);
  start_host();
  ASSERT_TRUE(eventually(
      [&] { return http_get(http_port, "/health").body.find("\"error\"") != std::string::npos; },
      30s))
      << log();
  const Answer health = http_get(http_port, "/health");
  EXPECT_EQ(health.status, 503);
  EXPECT_NE(health.body.find("\"name\":\"sink\",\"status\":\"down\""), std::string::npos)
      << health.body;
  EXPECT_EQ(http_get(http_port, "/livez").status, 200);
  EXPECT_EQ(http_get(http_port, "/readyz").status, 503);
  EXPECT_EQ(received(), 0);
  EXPECT_EQ(queue_depth(), 2000);  // all ready: nothing is with a consumer
  Server server("kafka", folder, port);
  server.start();
  EXPECT_TRUE(eventually([&] { return http_get(http_port, "/health").status == 200; }, 30s));
  const Account account = verify_and_stop(sent, 60);
  EXPECT_EQ(account.code, 0) << account.text;
}

}  // namespace
}  // namespace integration
