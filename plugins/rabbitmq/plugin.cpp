#include "connector/plugin.hpp"
#include "plugins/rabbitmq/rabbitmq_source.hpp"

CONNECTOR_PLUGIN("rabbitmq", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::rabbitmq::RabbitmqSource>())
