// delivery_limit: which of the places that may name it holds.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "broker.hpp"
#include "fake_broker.hpp"
#include "fake_http.hpp"
#include "field_row.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqDeliveryLimit = RabbitmqTest;

// Takes the first record twice. A lost connection counts as an attempt in every version of
// RabbitMQ.
void redeliver(TestSource& source) {
  EXPECT_EQ(source.take(1).size(), 1u) << source.why();
  source.close();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.take(1).size(), 1u) << source.why();
}

Settings with_management(const FakeHttp& http) {
  return {{"management_url", "http://127.0.0.1:" + std::to_string(http.port())}};
}

TEST_F(RabbitmqDeliveryLimit, Is_the_option_above_everything_else) {
  FakeHttp http(FakeHttp::ok(R"({"delivery_limit":9})"));
  for (const char* const limit : {"7", "0"}) {
    Queue queue(QueueKind::quorum);
    queue.publish("x");
    Settings settings = with_management(http);
    settings.emplace("delivery_limit", limit);
    TestSource source(queue.name(), settings);
    EXPECT_EQ(source.delivery_limit(), std::uint32_t(std::stoi(limit)));
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    redeliver(source);
    EXPECT_EQ(source.delivery_limit(), std::uint32_t(std::stoi(limit)));
  }
  EXPECT_EQ(http.requests().size(), 0u);
}

TEST_F(RabbitmqDeliveryLimit, Is_that_of_the_declared_arguments) {
  for (const auto& [limit, wanted] : {std::pair{"5", 5u}, {"-1", 0u}}) {
    TestSource source("q",
                      {{"declare", "active"},
                       {"queue_type", "quorum"},
                       {"arguments", R"({"x-delivery-limit":")" + std::string(limit) + R"("})"}});
    EXPECT_EQ(source.delivery_limit(), wanted);
  }
}

TEST_F(RabbitmqDeliveryLimit, Is_20_once_a_redelivered_message_carries_a_count) {
  for (const auto& [kind, wanted] : {std::pair{QueueKind::classic, 0u}, {QueueKind::quorum, 20u}}) {
    Queue queue(kind);
    queue.publish("x");
    TestSource source(queue.name());
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    EXPECT_EQ(source.delivery_limit(), 0u) << "not known yet";
    redeliver(source);
    EXPECT_EQ(source.delivery_limit(), wanted);
  }
}

// The header of a publisher.
struct Counted {
  explicit Counted(std::int32_t count)
      : entry{connector_host_plugins::rabbitmq::bytes_of("x-delivery-count"), int_field(count)} {
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {1, &entry};
  }
  Counted(const Counted&) = delete;

  amqp_table_entry_t entry;
  amqp_basic_properties_t properties{};
};

TEST_F(RabbitmqDeliveryLimit, Is_not_20_where_publishers_set_the_count) {
  const Counted count(19);
  Queue queue;
  queue.publish("x", &count.properties);
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  for (int i = 0; i < 3; ++i) {
    const Lease lease = source.take(1);
    ASSERT_EQ(lease.size(), 1u) << source.why();
    EXPECT_EQ(lease[0].delivery_count, 0u);
    EXPECT_EQ(source.delivery_limit(), 0u);
    source.close();
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  }
}

// A new process sees the redelivery first.
TEST_F(RabbitmqDeliveryLimit,
       A_restart_does_not_take_the_count_of_a_publisher_for_that_of_a_classic_queue) {
  const Counted count(7);
  Queue queue;
  queue.publish("x", &count.properties);
  for (int i = 0; i < 3; ++i) {
    TestSource source(queue.name());
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
    const Lease lease = source.take(1);
    ASSERT_EQ(lease.size(), 1u) << source.why();
    EXPECT_EQ((lease[0].flags & CONNECTOR_REDELIVERED) != 0, i > 0);
    EXPECT_EQ(lease[0].delivery_count, 0u) << i;
    EXPECT_EQ(source.delivery_limit(), 0u) << i;
  }
}

TEST_F(RabbitmqDeliveryLimit, A_queue_with_a_limit_replaces_the_count_of_a_publisher) {
  const Counted count(7);
  Queue queue(QueueKind::quorum);
  queue.publish("x", &count.properties);
  TestSource source(queue.name(), {{"delivery_limit", "10"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  for (const std::uint32_t wanted : {0u, 1u, 2u}) {
    const Lease lease = source.take(1);
    ASSERT_EQ(lease.size(), 1u) << source.why();
    EXPECT_EQ(lease[0].delivery_count, wanted);
    source.close();
    ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  }
}

TEST_F(RabbitmqDeliveryLimit, Is_that_of_the_management_api_when_it_answers) {
  FakeHttp http(FakeHttp::status("401 Unauthorized"));
  Queue queue(QueueKind::quorum);
  queue.publish("x");
  TestSource source(queue.name(), with_management(http));
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  ASSERT_TRUE(eventually([&] { return source.has_logged("HTTP status 401"); }));
  redeliver(source);
  EXPECT_EQ(source.delivery_limit(), 20u) << "the next rule";
  source.close();
  http.set_answer(FakeHttp::ok(R"({"delivery_limit":9})"));
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_TRUE(eventually([&] { return source.delivery_limit() == 9; }));
}

TEST(RabbitmqFakeDeliveryLimit, Waits_for_no_answer_of_the_management_api) {
  const FakeHttp silent("");
  FakeBroker broker;
  TestSource source("q", with_management(silent), broker.port());
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_GT(source.take(10).size(), 0u) << source.why();
  EXPECT_EQ(source.delivery_limit(), 0u);
  ASSERT_TRUE(eventually([&] { return silent.requests().size() == 1; }));
  source.close();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(RabbitmqFakeDeliveryLimit, Refuses_an_invalid_management_url_at_create) {
  EXPECT_THROW(TestSource("q", {{"management_url", "amqp://host"}}), std::runtime_error);
}

// A broker of the test's own, because the shared one has no management API.
class ManagedBroker {
 public:
  ManagedBroker()
      : directory_(std::filesystem::temp_directory_path() /
                   ("managed_broker_" + std::to_string(::getpid()))),
        port_(script("start")) {}
  ManagedBroker(const ManagedBroker&) = delete;
  ManagedBroker& operator=(const ManagedBroker&) = delete;
  ~ManagedBroker() {
    script("stop");
    std::filesystem::remove_all(directory_);
  }
  // The last line of what it prints, behind its last colon.
  std::string script(const std::string& arguments) const {
    const std::string command =
        "RABBITMQ_MANAGEMENT=1 SERVICE_OWNER=" + std::to_string(::getpid()) + " SERVICE_DIR='" +
        directory_.string() + "' /bin/bash '" + std::getenv("CONNECTOR_TEST_SERVICES") +
        "/rabbitmq.sh' " + arguments + " | tail -n 1";
    FILE* const out = ::popen(command.c_str(), "r");
    char line[256] = "";
    if (!std::fgets(line, sizeof line, out)) line[0] = 0;
    ::pclose(out);
    const std::string text = line;
    return text.substr(text.rfind(':') + 1, text.find('\n') - text.rfind(':') - 1);
  }
  std::uint16_t port() const { return std::uint16_t(std::atoi(port_.c_str())); }

 private:
  const std::filesystem::path directory_;
  const std::string port_;
};

// Each queue is declared with 30. Some versions of RabbitMQ apply a policy to this limit only when
// the queue is declared.
TEST(RabbitmqManagedDeliveryLimit, Is_the_lowest_of_queue_policy_and_operator_policy) {
  if (!std::getenv("CONNECTOR_TEST_SERVICES")) GTEST_SKIP() << "CONNECTOR_TEST_SERVICES is not set";
  const ManagedBroker broker;
  ASSERT_GT(broker.port(), 0);
  const std::string management = "http://127.0.0.1:" + broker.script("management");
  broker.script(R"(ctl set_policy p '^limited' '{"delivery-limit":12}' --apply-to queues)");
  broker.script(
      R"(ctl set_operator_policy o '^limited most' '{"delivery-limit":6}' --apply-to queues)");
  for (const auto& [queue, wanted] :
       {std::pair{"free", 30u}, {"limited", 12u}, {"limited most", 6u}}) {
    TestSource declaring(queue,
                         {{"declare", "active"},
                          {"queue_type", "quorum"},
                          {"arguments", R"({"x-delivery-limit":"30"})"}},
                         broker.port());
    ASSERT_EQ(declaring.open(), CONNECTOR_OK) << declaring.why();
    TestSource source(queue, {{"management_url", management}}, broker.port());
    EXPECT_TRUE(eventually([&] {
      source.close();
      EXPECT_EQ(source.open(), CONNECTOR_OK)
          << source.why();  // it reads at once, and the API knows the queue after a moment
      return eventually([&] { return source.delivery_limit() == wanted; }, std::chrono::seconds(1));
    })) << queue;
  }
}

}  // namespace
