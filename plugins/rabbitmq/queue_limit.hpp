#pragma once
// The delivery limit of a queue in the management API's description of it (GET
// /api/queues/{vhost}/{name}). No state.
#include <cstdint>
#include <optional>
#include <string_view>

namespace connector_host_plugins::rabbitmq {

// 0: the queue discards nothing. Nothing: neither the queue nor a policy sets a limit, so the
// broker's default holds. Throws std::runtime_error when the text is no such description.
std::optional<std::uint32_t> delivery_limit_in(std::string_view json);

// A broker's value as the ABI has it: negative is no limit. 0 (no redelivery at all) is 1, the
// least that the ABI can say.
std::uint32_t delivery_limit_of(std::int64_t value);

}  // namespace connector_host_plugins::rabbitmq
