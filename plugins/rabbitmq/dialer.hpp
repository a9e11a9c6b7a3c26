#pragma once
// Opens a TCP connection by a deadline.
//
// Our own and not the library's, because it ends at a cancel and says why an address could not be reached. Only the look
// up of a name cannot be ended: getaddrinfo has no time limit but the resolver's own. Any thread; no state.
#include <cstdint>
#include <string>

#include "plugins/rabbitmq/deadline.hpp"
#include "plugins/rabbitmq/interruption.hpp"

namespace connector_host_plugins::rabbitmq {

// A connected, non-blocking socket, which the caller owns. Throws NOT_CONNECTED.
int dial(const std::string& host, std::uint16_t port, const Deadline& deadline, const Interruption& interruption);

}  // namespace connector_host_plugins::rabbitmq
