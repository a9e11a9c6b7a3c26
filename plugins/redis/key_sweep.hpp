#pragma once
// delete_page: one page of SCAN, its keys deleted. Answers the next cursor; "0" at the end.
//
// Within one call, on one connection. UNLINK is Redis 4.0 and frees memory beside the server's main thread.
#include <string>

#include "plugins/redis/connection.hpp"

namespace connector_host_plugins::redis {

std::string delete_page(Connection&, const Limit&, const std::string& cursor, const std::string& pattern);  // throws RedisError

}  // namespace connector_host_plugins::redis
