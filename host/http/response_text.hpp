#pragma once
// The bytes of a response as HTTP/1.1 wants them. Pure functions.
#include <ctime>
#include <optional>
#include <string>

#include "host/http/response.hpp"

namespace connector_host::http {

// What follows this response on its connection, and whether its body is sent (not for HEAD).
enum class After { keep_alive, close };
enum class Body { sent, left_out };

// Nothing: the status or a header of it cannot be sent.
std::optional<std::string> response_text(const Response& response, After after, Body body, std::time_t now);

}  // namespace connector_host::http
