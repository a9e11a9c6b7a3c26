#pragma once
// From the section 'admin' of a topology to what Access and the server of the admin API want. Pure functions.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/admin/access_settings.hpp"
#include "host/admin/json_answer.hpp"
#include "host/admin/local_access.hpp"
#include "host/http/tls_settings.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::admin {

// The role that holds for a caller without credentials, whether it was set or not.
Role role_without_login(const topology::AdminConfig& config);
// local: what it made is a way in.
AccessSettings access_settings(const topology::AdminConfig& config, const LocalAccess& local, std::function<void(const std::string&)> report);
std::optional<http::TlsSettings> tls_settings(const topology::AdminConfig& config);
// To be scrubbed from every text.
std::vector<std::string> secrets_of(const topology::AdminConfig& config);
// What holds, for callers with the role read: each login with where its secret comes from, never the secret.
Json shown(const topology::AdminConfig& config);
// What a user should know before others do, a line each.
std::vector<std::string> exposure_warnings(const topology::AdminConfig& config);

}  // namespace connector_host::admin
