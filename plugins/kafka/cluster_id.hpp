#pragma once
// ClusterId: the id that the Kafka cluster gives itself, as of the latest open.
//
// It queries the cluster only while the id is not known. Not the copy in the host's state, which
// may be of an earlier cluster. Thread-safe. Owned by KafkaSink, as are the settings and the log.
#include <librdkafka/rdkafka.h>

#include <mutex>
#include <string>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_log.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/kafka_settings.hpp"

namespace connector_host_plugins::kafka {

class ClusterId {
 public:
  ClusterId(const KafkaSettings& settings, ClientLog& log) : settings_(settings), log_(log) {}

  // What a client has learned so far, without waiting. Empty: nothing yet, or brokers before
  // 0.10.1.
  static std::string of(rd_kafka_t* client);

  // Empty: not known (any more).
  void set(const std::string& id);
  // Never empty. Returns at once when the id is known. Otherwise throws NOT_CONNECTED when the
  // cluster does not give it by the deadline, BAD_CONFIG when it refuses the client, RETRIABLE when
  // cancelled.
  std::string learn(const Deadline&, const Cancellation&);

 private:
  std::string known() const;

  const KafkaSettings& settings_;
  ClientLog& log_;
  mutable std::mutex mutex_;  // guards id_
  std::string id_;
};

}  // namespace connector_host_plugins::kafka
