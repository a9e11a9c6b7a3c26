#pragma once
// Opens stream connections within a limit. No protocol, no TLS. Any thread; no state.
//
// Every address of a name is tried in order, each for its share of the time that is left, so that
// one which does not answer leaves time for the others. A cancel ends the look up of the name as
// well as the connecting.
#include <cstdint>
#include <string>

#include "plugins/net/deadline.hpp"

namespace connector_host_plugins::net {

// A connected, non-blocking socket without delay, with keepalive, that the caller owns. Throws
// ConnectFailure: that of the last address.
int dial(const std::string& host, const std::string& port, const Limit& limit);
// The same for the socket of this path, which has to fit into a sockaddr_un.
int dial_path(const std::string& path, const Limit& limit);

}  // namespace connector_host_plugins::net
