#pragma once
// An AMQP array or table as JSON text, for record headers. The rules of the mapping are in
// README.md. No state.
#include <charconv>
#include <string>

#include "plugins/rabbitmq/amqp.hpp"

namespace connector_host_plugins::rabbitmq {

// A value that is nested deeper than this becomes null: AMQP has no limit, readers of JSON do.
inline constexpr int json_depth = 64;

std::string json_of(const amqp_field_value_t& value);

// value / 10^decimals, exactly.
std::string decimal_text(amqp_decimal_t decimal);

}  // namespace connector_host_plugins::rabbitmq
