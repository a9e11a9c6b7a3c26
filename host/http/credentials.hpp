#pragma once
// The value of an Authorization header. Pure functions; what they give is a secret, to be sent and never shown.
#include <string>
#include <string_view>

namespace connector_host::http {

std::string bearer_credentials(std::string_view token);
std::string basic_credentials(std::string_view user, std::string_view password);

}  // namespace connector_host::http
