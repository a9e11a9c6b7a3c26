#pragma once
// The topic of the sink: there, made, or a clear reason why not. Functions without state; any
// thread.
#include "plugins/kafka/cluster_probe.hpp"

namespace connector_host_plugins::kafka {

// Returns once the topic exists and each partition has a leader, or after 5 s one has; creates it
// where option create_topic says so.
void ensure_topic(const KafkaSettings&, ClientLog&, const Deadline&, const Cancellation&);
// The same question without waiting and creating. A topic that open may create is no fault.
void check_topic(const KafkaSettings&, ClientLog&, const Deadline&, const Cancellation&);
bool topic_exists(const KafkaSettings&, const std::string& topic, ClientLog&, const Deadline&,
                  const Cancellation&);

}  // namespace connector_host_plugins::kafka
