#pragma once
// From the section 'admin' of a topology to what Access and the server of the admin API want. Pure functions.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/admin/access_settings.hpp"
#include "host/admin/json_answer.hpp"
#include "host/http/tls_settings.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::admin {

AccessSettings access_settings(const topology::AdminConfig& config, std::function<void(const std::string&)> report);
std::optional<http::TlsSettings> tls_settings(const topology::AdminConfig& config);
// To be scrubbed from every text.
std::vector<std::string> secrets_of(const topology::AdminConfig& config);
// What holds, for who may look: each login with where its secret comes from, never the secret.
Json shown(const topology::AdminConfig& config);
// What a user should know before others do; empty: nothing.
std::string exposure_warning(const topology::AdminConfig& config);

}  // namespace connector_host::admin
