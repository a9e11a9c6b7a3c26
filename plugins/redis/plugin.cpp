#include <connector/plugin.hpp>

#include "plugins/redis/redis_store.hpp"

CONNECTOR_PLUGIN("redis", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::redis::RedisStore>())
