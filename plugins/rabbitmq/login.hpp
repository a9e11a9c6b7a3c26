#pragma once
// The AMQP handshake: who we are, what we understand, and where to.
//
// It announces consumer_cancel_notify and connection.blocked, which librabbitmq leaves out: without
// the first the broker says nothing when the queue is deleted or its leader is lost, and the
// consumer is quiet for ever (RabbitMQ documentation, "Consumer Cancel Notification"). One thread;
// no state.
#include <chrono>
#include <string_view>

#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/broker_address.hpp"

namespace connector_host_plugins::rabbitmq {

// Logs in over state's socket. A refusal has been answered when this returns it.
amqp_rpc_reply_t log_in(amqp_connection_state_t state, const BrokerAddress& address,
                        std::chrono::seconds heartbeat, std::string_view name,
                        const net::Deadline& deadline);

}  // namespace connector_host_plugins::rabbitmq
