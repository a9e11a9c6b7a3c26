#include <connector/plugin.hpp>

#include "plugins/memory/memory_store.hpp"

CONNECTOR_PLUGIN("memory", "1.0.0", connector::component<connector_host_plugins::memory::MemoryStore>())
