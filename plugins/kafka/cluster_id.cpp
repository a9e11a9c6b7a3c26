#include "plugins/kafka/cluster_id.hpp"

#include "plugins/kafka/cluster_probe.hpp"

namespace connector_host_plugins::kafka {

std::string ClusterId::of(rd_kafka_t* client) {
  char* const id = rd_kafka_clusterid(client, 0);
  const std::string out = id ? id : "";
  rd_kafka_mem_free(client, id);
  return out;
}

void ClusterId::set(const std::string& id) {
  std::lock_guard lock(mutex_);
  id_ = id;
}

std::string ClusterId::known() const {
  std::lock_guard lock(mutex_);
  return id_;
}

// The answer about the topic brings the id along; rd_kafka_clusterid by itself only waits for such
// an answer.
std::string ClusterId::learn(const Deadline& deadline, const Cancellation& cancel) {
  if (std::string id = known(); !id.empty()) return id;
  ClusterProbe probe(settings_, log_);
  probe.topic_state(settings_.topic, deadline, cancel);
  const std::string id = probe.cluster_id();
  if (id.empty())
    throw connector::not_connected(
        "Kafka at " + settings_.brokers +
        " does not give the id of its cluster; brokers before 0.10.1 have none");
  set(id);
  return id;
}

}  // namespace connector_host_plugins::kafka
