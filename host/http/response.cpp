#include "host/http/response.hpp"

#include <nlohmann/json.hpp>

namespace connector_host::http {

Response error_response(int status, std::string_view message) {
  const nlohmann::ordered_json body = {{"error_code", status}, {"message", message}};
  return {status, "application/json", body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), {}};
}

}  // namespace connector_host::http
