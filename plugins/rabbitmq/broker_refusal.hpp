#pragma once
// What the broker's refusal means to the host, and what the user can do about it.
//
// AMQP closes a channel or a connection with a number and a text. The number alone does not tell a
// mistake in the configuration from a state that passes: 404 is a queue that never was as well as
// one whose node is down, 530 a virtual host that is missing as well as a connection limit. These
// functions tell them apart. No state.
#include <cstdint>
#include <string>
#include <string_view>

#include "connector/error.hpp"
#include "plugins/rabbitmq/amqp.hpp"

namespace connector_host_plugins::rabbitmq {

// What was going on when the refusal came.
enum class Doing {
  login,
  declaring,
  declaring_known,  // a queue that this instance has seen before: it may come back
  consuming,
  consuming_known,
  starting_consumer,  // a basic.consume was refused for its arguments
  counting            // for the metrics only: no fault of the configuration
};

// where: BrokerAddress::describe. text: the broker's own.
connector::Error refusal(std::uint16_t code, std::string_view text, const std::string& where,
                         Doing doing);
// Of a method frame with connection.close or channel.close.
connector::Error refusal(const amqp_method_t& close, const std::string& where, Doing doing);
// Of a failed call of the library; a close in it must have been answered.
connector::Error refusal(const amqp_rpc_reply_t& reply, const std::string& where, Doing doing);

}  // namespace connector_host_plugins::rabbitmq
