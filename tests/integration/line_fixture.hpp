#pragma once
// LineTest: the shipped topology between real servers, with a queue, topics and a state directory
// of the test's own.
//
// The servers are those of CONNECTOR_TEST_*; a test that stops one starts its own (Server) and
// names it before start_host.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/http_get.hpp"
#include "tests/integration/program.hpp"
#include "tests/integration/scrape.hpp"

namespace integration {

// What event_tool is to publish and to look for.
struct Plan {
  int count = 5000;
  double duplicates = 0.1;
  double poison = 0;
  int seed = 1;
};

struct Account {
  int code = -1;
  long lost = -1, repeated = -1, dead_lettered = -1;
  std::string text;
};

class LineTest : public testing::Test {
 protected:
  LineTest();
  ~LineTest() override;
  void SetUp() override;

  // Servers; set before make_queue and start_host.
  std::string rabbitmq, redis, kafka;
  // Beside those of the shipped topology; set before start_host.
  Environment more_variables;

  void make_queue(const std::string& type = "classic");
  void make_topics();
  // The shipped topology. Where tests share the Redis, a copy with a dedup scope of the test's own:
  // each has another queue.
  std::string shipped_topology() const;
  bool shares_redis() const;
  void start_host();
  // Not the shipped topology but one between the test's own queue and topics; `parts`: further
  // lines of its connector.
  void start_connector(const std::string& parts, const std::string& more = {});
  std::unique_ptr<Program> publishing(const Plan& plan, double rate = 0);
  void publish(const Plan& plan);
  // Ends the publishing; the plan of what was published.
  static Plan end(const Program& publisher, Plan plan);
  Account verify(const Plan& plan, int wait_seconds, long forgiven = 0);
  // Waits until everything has arrived, stops the host, and takes the account only then: a repeat
  // may come last.
  Account verify_and_stop(const Plan& plan, int wait_seconds, long forgiven = 0);
  Plan plan(int count, double duplicates = 0.1, double poison = 0) const;

  Environment environment() const;
  Finished event_tool(std::vector<std::string> arguments,
                      std::chrono::milliseconds limit = std::chrono::seconds(120)) const;
  long queue_depth() const;
  double in_flight() const { return metric(http_port, "connector_host_source_record_active"); }
  double received() const { return metric(http_port, "connector_host_source_record_poll_total"); }
  double delivered() const { return metric(http_port, "connector_host_records_delivered_total"); }
  bool idle() const { return queue_depth() == 0 && in_flight() == 0; }
  // SIGTERM; the exit code and how long it took.
  int stop_host(std::chrono::milliseconds* took = nullptr);
  std::string log() const;

  std::string folder, queue, queue_type, topic, dead_topic;
  std::uint16_t http_port = 0, admin_port = 0;
  std::unique_ptr<Program> host;
};

// A server of the test's own, by the scripts of tests/services; it may be stopped and started again
// on its port.
class Server {
 public:
  Server(std::string name, std::string folder, std::uint16_t port = 0);
  ~Server();
  void start();
  void stop();
  // Its process runs no more, or again; connections stay.
  void freeze();
  void thaw();
  const std::string& address() const { return address_; }

 private:
  Finished script(const std::string& verb) const;

  const std::string name_, folder_;
  const std::uint16_t port_;
  std::string address_;
};

}  // namespace integration
