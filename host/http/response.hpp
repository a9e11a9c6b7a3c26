#pragma once
// Response: what a handler answers. Plain data. The server adds Date, Content-Length, Connection, Cache-Control and
// X-Content-Type-Options; a handler that names a header with a line break or a control character in it is answered for
// with 500, so that no text of a user can add headers.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connector_host::http {

struct Response {
  int status = 200;
  std::string content_type = "application/json";  // empty: none is named
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones, such as Location
};

// {"error_code":404,"message":"…"}: valid JSON for any bytes, the form that Kafka Connect's clients read.
Response error_response(int status, std::string_view message);

}  // namespace connector_host::http
