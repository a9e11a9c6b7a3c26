#include "plugins/generator/generator_source.hpp"

CONNECTOR_PLUGIN("generator", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::generator::GeneratorSource>())
