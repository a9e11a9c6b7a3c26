#include "host/admin/admin_settings.hpp"

#include <utility>

#include "host/topology/flat_config.hpp"
#include "host/topology/listen_address.hpp"

namespace connector_host::admin {
namespace {

void append(const std::vector<topology::CredentialConfig>& from, Role role, std::vector<Credential>& to) {
  for (const topology::CredentialConfig& each : from) to.push_back({each.name, each.secret, each.file, role});
}

void append(const topology::LoginsConfig& from, Role role, AccessSettings& to) {
  append(from.tokens, role, to.tokens);
  append(from.users, role, to.users);
  for (const std::string& each : from.clients) to.clients.push_back({each, role});
}

Json shown(const std::vector<topology::CredentialConfig>& credentials) {
  Json out = Json::object();
  for (const topology::CredentialConfig& each : credentials)
    out[each.name] = each.file.empty() ? std::string(topology::hidden_value) : "${file:" + each.file + "}";
  return out;
}

Json shown(const topology::LoginsConfig& logins) {
  return {{"tokens", shown(logins.tokens)}, {"users", shown(logins.users)}, {"clients", logins.clients}};
}

}  // namespace

AccessSettings access_settings(const topology::AdminConfig& config, std::function<void(const std::string&)> report) {
  AccessSettings out;
  out.listen_host = config.listen.host;
  out.tls = config.tls.has_value();
  out.hosts = config.hosts;
  append(config.admins, Role::admin, out);
  append(config.operators, Role::operate, out);
  append(config.readers, Role::read, out);
  out.client_certificates = config.tls && !config.tls->client_ca.empty();
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
  for (const topology::LoginsConfig* each : {&config.admins, &config.operators, &config.readers}) {
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
              {"operate", shown(config.operators)},
              {"read_only", shown(config.readers)}};
  out.update(shown(config.admins));
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
