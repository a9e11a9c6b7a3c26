#pragma once
// Queue type probe: finds the type of a queue where the options do not name it.
//
// AMQP 0-9-1 has no request for the type. RabbitMQ 3.10 and newer name it when they refuse a
// consumer: only a stream takes the argument x-stream-offset, and a stream takes no consumer
// without a prefetch. So a basic.consume with the one and without the other is always refused,
// needs no more permission than reading, and starts nothing. The broker logs one channel error for
// it. Uses the library's waiting calls: for a connection on which nothing is consumed yet. No
// state.
#include "plugins/rabbitmq/connection.hpp"
#include "plugins/rabbitmq/queue_type.hpp"
#include "plugins/rabbitmq/source_settings.hpp"

namespace connector_host_plugins::rabbitmq {

// unknown: the broker is no RabbitMQ of 3.10 or newer, the queue is missing or may not be read, or
// its name is so long that the type is cut off. The channel is a new one afterwards.
QueueType ask_queue_type(Connection& connection, const SourceSettings& settings,
                         const net::Deadline& deadline);

}  // namespace connector_host_plugins::rabbitmq
