#pragma once
// Makes sure that the queue is there, as the option `declare` says, and asks the broker for nothing
// more.
//
// Uses the library's waiting calls, until the deadline: for a connection on which nothing is
// consumed yet. No state.
#include "plugins/rabbitmq/connection.hpp"
#include "plugins/rabbitmq/source_settings.hpp"

namespace connector_host_plugins::rabbitmq {

// known: this instance has found the queue before, so that its absence may pass (NOT_CONNECTED, not
// BAD_CONFIG).
void expect_queue(Connection& connection, const SourceSettings& settings, bool known,
                  const net::Deadline& deadline);
// Whether this user may consume from the queue, without consuming from it. The channel is of no use
// afterwards.
void expect_readable(Connection& connection, const SourceSettings& settings,
                     const net::Deadline& deadline);
// Declares the queue and its bindings.
void declare_queue(Connection& connection, const SourceSettings& settings, bool known,
                   const net::Deadline& deadline);

}  // namespace connector_host_plugins::rabbitmq
