#pragma once
// Listen addresses: "host:port", "[::]:port", ":port" (all IPv4 interfaces). Pure functions; names are not looked up.
#include <optional>
#include <string>
#include <string_view>

#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

std::optional<ListenConfig> parse_listen_address(std::string_view text);

std::string text_of(const ListenConfig& address);

// Whether the second could not be opened beside the first. Port 0 never collides; a name is compared as it stands.
bool same_listen_address(const ListenConfig& a, const ListenConfig& b);

// Only this machine can reach it.
bool is_loopback(const ListenConfig& address);

}  // namespace connector_host::topology
