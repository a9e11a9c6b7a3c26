#pragma once
// Reads the limits of topics from the cluster. Functions without state; the client's thread.
#include <librdkafka/rdkafka.h>

#include <map>
#include <string>
#include <vector>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/topic_limits.hpp"

namespace connector_host_plugins::kafka {

struct TopicLimitsAnswer {
  std::map<std::string, TopicLimits> topics;  // without those that could not be read
  std::string problem;                        // why some could not be; empty: all were read
};

// One request for all of them, to this broker: librdkafka would take the controller, which may be
// the one that is down. Returns at the deadline, and within 50 ms of a cancel. Throws nothing but
// std::bad_alloc.
TopicLimitsAnswer query_topic_limits(rd_kafka_t*, std::int32_t broker,
                                     const std::vector<std::string>& topics, const Deadline&,
                                     const Cancellation&);

}  // namespace connector_host_plugins::kafka
