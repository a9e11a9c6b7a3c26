#include <connector/plugin.hpp>

#include "plugins/redis/redis_store.hpp"

CONNECTOR_PLUGIN("redis", "1.0.0", connector::component<connector_host_plugins::redis::RedisStore>())
