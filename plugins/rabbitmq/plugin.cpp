#include "connector/plugin.hpp"
#include "plugins/rabbitmq/plugin_version.hpp"
#include "plugins/rabbitmq/rabbitmq_source.hpp"

CONNECTOR_PLUGIN("rabbitmq", connector_host_plugins::rabbitmq::plugin_version, connector::component<connector_host_plugins::rabbitmq::RabbitmqSource>())
