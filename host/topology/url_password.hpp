#pragma once
// The passwords in URLs such as amqp://user:password@host/. A text may hold several URLs, and passwords that should
// have been percent-encoded but are not. Pure functions.
#include <string>
#include <string_view>
#include <vector>

namespace connector_host::topology {

// Each as written and, where that differs, percent-decoded.
std::vector<std::string> url_passwords(std::string_view text);
// The text with the userinfo of each URL replaced by three dots.
std::string without_url_passwords(std::string_view text);

}  // namespace connector_host::topology
