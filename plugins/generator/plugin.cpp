#include "plugins/generator/generator_source.hpp"

CONNECTOR_PLUGIN("generator", "0.1.0", connector::component<connector_host_plugins::generator::GeneratorSource>())
