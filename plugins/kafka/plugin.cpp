// The library's one exported symbol.
#include <connector/plugin.hpp>

#include "plugins/kafka/kafka_sink.hpp"

CONNECTOR_PLUGIN("kafka", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::kafka::KafkaSink>())
