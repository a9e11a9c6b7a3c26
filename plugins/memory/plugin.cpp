#include <connector/plugin.hpp>

#include "plugins/memory/memory_store.hpp"

CONNECTOR_PLUGIN("memory", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::memory::MemoryStore>())
