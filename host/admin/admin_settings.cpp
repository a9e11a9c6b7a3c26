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

Role role_without_login(const topology::AdminConfig& config) {
  for (const Role role : {Role::none, Role::read, Role::operate, Role::admin}) {
    if (config.unauthenticated == name_of(role)) return role;
  }
  return config.authenticates() ? Role::none : Role::operate;
}

AccessSettings access_settings(const topology::AdminConfig& config, const LocalAccess& local, std::function<void(const std::string&)> report) {
  AccessSettings out;
  out.listen_host = config.listen.host;
  out.tls = config.tls.has_value();
  out.hosts = config.hosts;
  append(config.admins, Role::admin, out);
  append(config.operators, Role::operate, out);
  append(config.readers, Role::read, out);
  out.client_certificates = config.tls && !config.tls->client_ca.empty();
  out.unauthenticated = role_without_login(config);
  out.unauthenticated_everywhere = config.allow_unauthenticated;
  if (!local.secret_path().empty()) out.generated = {"admin", local.secret(), local.secret_path(), Role::admin};
  out.socket = local.socket_path();
  out.instance = local.instance();
  out.socket_group = local.group();
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
              {"unauthenticated", name_of(role_without_login(config))},
              {"allow_unauthenticated", config.allow_unauthenticated},
              {"socket", config.socket.empty() ? Json() : Json(config.socket)},
              {"hosts", config.hosts},
              {"variables", config.variables},
              {"files", config.files},
              {"file_roots", config.file_roots},
              {"credential_roots", config.credential_roots},
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

std::vector<std::string> exposure_warnings(const topology::AdminConfig& config) {
  std::vector<std::string> out;
  const bool beyond = !topology::is_loopback(config.listen);
  const Role role = role_without_login(config);
  const std::string callers = config.allow_unauthenticated ? "whoever reaches its port (allow_unauthenticated)" : "every process on this machine";
  if (role == Role::admin || (role != Role::none && config.allow_unauthenticated && beyond))
    out.push_back("the admin API gives the role '" + std::string(name_of(role)) + "' without a login to " + callers +
                  ": 'admin.unauthenticated' sets another one");
  if (beyond && !config.tls && config.authenticates())
    out.push_back("the admin API takes tokens and passwords unencrypted: set 'admin.tls', or see that only a proxy with TLS reaches its port");
  return out;
}

}  // namespace connector_host::admin
