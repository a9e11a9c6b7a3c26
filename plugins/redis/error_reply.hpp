#pragma once
// error_reply: what an error that Redis answered with means for the host, in words that name the
// fix.
//
// An error reply is always a failure of the call, never an absent or a present key. Thread-safe.
#include <string_view>

#include "plugins/redis/redis_error.hpp"

namespace connector_host_plugins::redis {

// doing: what was asked, for the message.
RedisError error_reply(std::string_view text, std::string_view doing);
// An answer of a type that this command never has.
RedisError unexpected_reply(std::string_view doing);

}  // namespace connector_host_plugins::redis
