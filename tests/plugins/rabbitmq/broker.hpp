#pragma once
// Broker, Queue and TestSource: a connection of the test's own to the broker of
// CONNECTOR_TEST_RABBITMQ, a queue with a name that nobody else has, and a source that reads it.
// Queues go with the test. One thread each.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connector/config.hpp"
#include "connector/testing/plugin_under_test.hpp"
#include "connector/testing/source_trial.hpp"
#include "connector/testing/with_defaults.hpp"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/source_metrics.hpp"

namespace rabbitmq_test {

using connector::testing::Lease;
using connector::testing::Settings;
using connector::testing::TestCall;
using Metrics = connector_host_plugins::rabbitmq::SourceMetrics;

// The port on 127.0.0.1; 0 when the variable is not set.
std::uint16_t broker_port();

// Looks until it holds; false after the time limit.
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds limit = std::chrono::seconds(15));

enum class QueueKind {
  classic,
  quorum,
  single_active,
  single_active_quorum,
  stream
};  // the first with single_active is a classic one

class Broker {
 public:
  Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  ~Broker() { amqp_destroy_connection(state_); }

  void declare(const std::string& queue, bool durable = true, QueueKind kind = QueueKind::classic);
  void declare_with(const std::string& queue, const connector::Config::Map& arguments,
                    bool durable = true);
  void remove(const std::string& queue);
  void publish(const std::string& queue, std::string_view body,
               const amqp_basic_properties_t* properties = nullptr);
  // Messages ready for delivery.
  std::uint32_t ready(const std::string& queue);
  void bind_exchange(const std::string& exchange);
  void remove_exchange(const std::string& exchange);
  void publish_to(const std::string& exchange, const std::string& routing_key,
                  std::string_view body, const amqp_basic_properties_t* properties = nullptr);

 private:
  void require(const char* what);

  amqp_connection_state_t state_;
};

class Queue {
 public:
  explicit Queue(QueueKind kind = QueueKind::classic);
  explicit Queue(const connector::Config::Map& arguments);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue();

  const std::string& name() const { return name_; }
  Broker& broker() { return broker_; }
  void publish(std::string_view body, const amqp_basic_properties_t* properties = nullptr) {
    broker_.publish(name_, body, properties);
  }
  // first, first + 1, … as text.
  void publish_numbers(int first, int count);
  bool comes_to_hold(std::uint32_t ready) {
    return eventually([&] { return broker_.ready(name_) == ready; });
  }

 private:
  Broker broker_;
  std::string name_;
};

const connector_component& rabbitmq_component();
std::string unique_name();
std::string url_of(std::uint16_t port, const std::string& login = "guest:guest",
                   const std::string& path = "/");

class TestSource {
 public:
  // settings: beside url and queue.
  TestSource(const std::string& queue, Settings settings = {}, std::uint16_t port = broker_port());
  // Of a host that other sources share, as those of one task before and after a restart.
  TestSource(connector::testing::FakeHost& host, const std::string& queue, Settings settings = {});

  connector_code open(std::uint32_t timeout_ms = 10'000);
  void close() { driver_.lifecycle().close(driver_.self()); }
  connector_code check(std::uint32_t timeout_ms = 10'000);
  connector_code poll(Lease& lease, std::uint32_t max_records, std::uint32_t timeout_ms,
                      std::uint64_t max_bytes = 64 << 20);
  // One batch with records in it; none when the time limit comes first.
  Lease take(std::uint32_t max_records = 1000, std::uint32_t timeout_ms = 15'000);
  // Polls for nothing until the call fails; the code it failed with, OK after 15 s.
  connector_code polls_until_it_fails(std::uint32_t max_records = 0);
  connector_code ack(const std::vector<std::uint64_t>& positions);
  connector_code nack(const std::vector<std::uint64_t>& positions, bool requeue = true);
  connector_code pause(std::uint32_t timeout_ms = 5000);
  connector_code resume();
  connector_code set_window(std::uint32_t deliveries);
  std::uint32_t delivery_limit();
  connector_code backlog(std::uint64_t& records);
  std::string offsets();
  connector_code set_offsets(connector_view json);
  std::string identity();
  void wake() { driver_.ops().wake(driver_.self()); }
  void cancel() { driver_.lifecycle().cancel(driver_.self()); }

  // Of the last call that failed.
  const std::string& why() const { return why_; }
  double metric(std::uint32_t index) const { return host_.metric(index); }
  bool has_logged(std::string_view part) const;

 private:
  connector_code noted(connector_code code, const TestCall& call) {
    if (code != CONNECTOR_OK) why_ = call.message();
    return code;
  }

  connector::testing::FakeHost own_host_;
  connector::testing::FakeHost& host_ = own_host_;
  connector::testing::SourceDriver driver_;
  std::string why_;
};

// Skips where there is no broker.
class RabbitmqTest : public testing::Test {
 protected:
  void SetUp() override {
    if (broker_port() == 0) GTEST_SKIP() << "CONNECTOR_TEST_RABBITMQ is not set";
  }
};

}  // namespace rabbitmq_test
