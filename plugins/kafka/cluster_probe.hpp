#pragma once
// ClusterProbe: a client of its own, for one look at the cluster: is it there, what of the topic,
// create the topic.
//
// Not for data. Lives for one open or check and leaves nothing behind; asking creates no topic. One
// thread uses it.
#include <string>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_conf.hpp"
#include "plugins/kafka/cluster_id.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/fault.hpp"

namespace connector_host_plugins::kafka {

struct TopicState {
  bool exists = false;
  int partitions = 0;
  int leaders = 0;      // partitions that have one
  int leaderless = -1;  // a partition without a leader; -1: all have one
};

class ClusterProbe {
 public:
  ClusterProbe(const KafkaSettings&, ClientLog&);
  ~ClusterProbe();
  ClusterProbe(const ClusterProbe&) = delete;
  ClusterProbe& operator=(const ClusterProbe&) = delete;

  // Throws NOT_CONNECTED when no broker answers in time, BAD_CONFIG when one refuses us, RETRIABLE
  // when cancelled.
  TopicState topic_state(const std::string& topic, const Deadline&, const Cancellation&);
  // Known once topic_state has returned; empty: brokers before 0.10.1 have none.
  std::string cluster_id() const { return ClusterId::of(client_); }
  // Returns once the topic exists, whoever made it.
  void create(const KafkaSettings&, const Deadline&, const Cancellation&);

 private:
  // What the client reported since the last look; throws when that ends the matter.
  void raise_faults();
  Event await_creation(const Deadline&, const Cancellation&);

  const KafkaSettings& settings_;
  ClientEvents events_;
  rd_kafka_t* client_;
  Queue errors_;
  Queue replies_;
};

}  // namespace connector_host_plugins::kafka
