#include "host/admin/admin_settings.hpp"

#include <utility>

#include "host/topology/flat_config.hpp"
#include "host/topology/listen_address.hpp"

namespace connector_host::admin {
namespace {

void append(const std::vector<topology::CredentialConfig>& from, Role role, std::vector<Credential>& to) {
  for (const topology::CredentialConfig& each : from) to.push_back({each.name, each.secret, each.file, role});
}

Json shown(const std::vector<topology::CredentialConfig>& credentials) {
  Json out = Json::object();
  for (const topology::CredentialConfig& each : credentials)
    out[each.name] = each.file.empty() ? std::string(topology::hidden_value) : "${file:" + each.file + "}";
  return out;
}

}  // namespace

AccessSettings access_settings(const topology::AdminConfig& config, std::function<void(const std::string&)> report) {
  AccessSettings out;
  out.listen_host = config.listen.host;
  out.tls = config.tls.has_value();
  out.hosts = config.hosts;
  append(config.credentials.tokens, Role::admin, out.tokens);
  append(config.credentials.users, Role::admin, out.users);
  append(config.read_only.tokens, Role::read, out.tokens);
  append(config.read_only.users, Role::read, out.users);
  out.client_certificates = config.tls && !config.tls->client_ca.empty();
  out.read_only_clients = config.read_only_clients;
  out.report = std::move(report);
  return out;
}

std::optional<http::TlsSettings> tls_settings(const topology::AdminConfig& config) {
  if (!config.tls) return std::nullopt;
  const auto certificate = config.tls->client_certificate_required ? http::ClientCertificate::required : http::ClientCertificate::optional;
  return http::TlsSettings{config.tls->certificate, config.tls->key, config.tls->client_ca, certificate};
}

std::vector<std::string> secrets_of(const topology::AdminConfig& config) {
  std::vector<std::string> out;
  for (const topology::CredentialsConfig* each : {&config.credentials, &config.read_only}) {
    for (const auto* list : {&each->tokens, &each->users}) {
      for (const topology::CredentialConfig& credential : *list) out.push_back(credential.secret);
    }
  }
  return out;
}

Json shown(const topology::AdminConfig& config) {
  Json out = {{"listen", topology::text_of(config.listen)},
              {"allow_unauthenticated", config.allow_unauthenticated},
              {"hosts", config.hosts},
              {"variables", config.variables},
              {"files", config.files},
              {"tokens", shown(config.credentials.tokens)},
              {"users", shown(config.credentials.users)},
              {"read_only", {{"tokens", shown(config.read_only.tokens)}, {"users", shown(config.read_only.users)}, {"clients", config.read_only_clients}}}};
  if (!config.tls) return out;
  out["tls"] = {{"certificate", config.tls->certificate}, {"key", config.tls->key}};
  if (config.tls->client_ca.empty()) return out;
  out["tls"]["client_ca"] = config.tls->client_ca;
  out["tls"]["client_certificate"] = config.tls->client_certificate_required ? "required" : "optional";
  return out;
}

std::string exposure_warning(const topology::AdminConfig& config) {
  if (topology::is_loopback(config.listen)) return {};
  if (!config.authenticates()) return "the admin API is open to whoever reaches its port (allow_unauthenticated)";
  if (!config.tls) return "the admin API takes tokens and passwords unencrypted: set 'admin.tls', or see that only a proxy with TLS reaches its port";
  return {};
}

}  // namespace connector_host::admin
