#pragma once
// The plugin's version: in its table, and in what the broker shows about our connections.
#include <string_view>

namespace connector_host_plugins::rabbitmq {

inline constexpr std::string_view plugin_version = "0.1.0";

}  // namespace connector_host_plugins::rabbitmq
