#pragma once
// One entry of an AMQP header table as a record header. The table of the mapping is in README.md; a
// test holds each row. No state.
#include <cstdint>

#include "connector/abi.h"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/copied_bytes.hpp"

namespace connector_host_plugins::rabbitmq {

connector_header header_of(const amqp_table_entry_t& entry, const CopiedBytes& copied);

// The value of an integer field of any width, at least 0; 0 of anything else.
std::uint32_t count_in(const amqp_field_value_t& value);

}  // namespace connector_host_plugins::rabbitmq
