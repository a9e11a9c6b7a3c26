#pragma once
// Builds librdkafka configurations from the sink's settings. Functions without state; any thread.
#include "plugins/kafka/client_events.hpp"
#include "plugins/kafka/handles.hpp"
#include "plugins/kafka/kafka_settings.hpp"

namespace connector_host_plugins::kafka {

// All throw BAD_CONFIG naming the property that librdkafka refuses, or whose file cannot be read.
Conf producer_conf(const KafkaSettings&);
// A producer that goes on after a request is refused.
Conf lenient_producer_conf(const KafkaSettings&);
// For a client that only asks: a consumer, because metadata requests of a producer create the topic
// they name where the broker allows it.
Conf probe_conf(const KafkaSettings&);

// The value that librdkafka has for a property.
std::string property_of(const rd_kafka_conf_t*, const char* name);

// A client made of the conf, which it takes over. The events outlive it. Throws BAD_CONFIG with
// librdkafka's reason, or RETRIABLE where threads or memory are short.
rd_kafka_t* make_client(rd_kafka_type_t, Conf, ClientEvents&);

}  // namespace connector_host_plugins::kafka
