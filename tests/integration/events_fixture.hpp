#pragma once
// EventsTest: connectors of a test's own between a queue, topics and files of its own, with
// messages whose bodies the test chooses, and an account of where each event has come to.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/event_tool/amqp_channel.hpp"
#include "tests/integration/line_fixture.hpp"

namespace integration {

// Where the events of a test are now: how often each is there, by event id.
using Arrivals = std::map<std::string, int>;

class EventsTest : public LineTest {
 protected:
  // A quorum queue; limit 0: its broker's own delivery limit.
  void make_quorum_queue(int delivery_limit);
  void publish_bodies(const std::vector<std::string>& bodies);
  static std::string body_of(int event) {
    return "{\"event_id\":\"e" + std::to_string(event) + "\"}";
  }
  std::vector<std::string> bodies_of(int events) const;

  std::string source(const std::string& more = {}) const {
    return "    source: { type: rabbitmq, url: 'amqp://guest:guest@" + rabbitmq +
           "', queue: " + queue + (more.empty() ? "" : ", " + more) + " }\n";
  }
  // In a scope of the test's own, where tests share the Redis.
  std::string redis_dedup(const std::string& more = {}) const {
    return "    dedup: { type: redis, address: '" + redis + "'" +
           (shares_redis() ? ", scope: " + queue : "") + more + " }\n";
  }
  std::string kafka_sink() const {
    return "    sink: { type: kafka, brokers: '" + kafka + "', topic: " + topic + " }\n";
  }
  std::string kafka_dead_letter() const {
    return "    dead_letter: { type: kafka, brokers: '" + kafka + "', topic: " + dead_topic +
           " }\n";
  }
  std::string trial_sink(const std::string& more = {}) const {
    return "    sink: { type: trial, path: " + folder + "/out.txt" + more + " }\n";
  }
  std::string file_dead_letter() const {
    return "    dead_letter: { type: file, path: " + folder + "/dead.jsonl }\n";
  }

  // One connector, c, of these lines; `name`: of the files of this host.
  std::unique_ptr<Program> host_of(const std::string& connector, const std::string& name = "host");
  void start(const std::string& connector) { host = host_of(connector); }
  void stop() {
    EXPECT_EQ(stop_host(), 0) << log();
    host.reset();
  }

  std::string status() const { return http_get(admin_port, "/connectors/c/status").body; }
  bool restart_task() const {
    return http_send(admin_port, "POST", "/connectors/c/tasks/0/restart").status == 204;
  }
  double dead_lettered() const {
    return metric(http_port, "connector_host_records_dead_lettered_total");
  }
  double returned() const { return metric(http_port, "connector_host_records_returned_total"); }
  // FAILED, and not about to be restarted.
  bool stays_failed() const;

  Arrivals in_topic(const std::string& name) const;
  Arrivals in_file(const std::string& name) const;
  long ready_in_queue() const;
};

}  // namespace integration
