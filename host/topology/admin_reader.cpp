#include "host/topology/admin_reader.hpp"

#include <algorithm>
#include <filesystem>

#include "host/topology/host_keys.hpp"
#include "host/topology/listen_address.hpp"
#include "host/topology/listen_reader.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

constexpr std::size_t shortest_token = 16;

bool is_text_of_a_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// What the header of a bearer token can carry.
bool can_be_sent_as_token(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_set(const Node* node, const OptionValues& values, const char* key) {
  return node && node->find(key) && values.has(key);
}

}  // namespace

AdminConfig AdminReader::read(const Node& root) const {
  const Node nothing{.kind = Node::Kind::mapping, .at = root.at};
  const Node* written = root.find("admin");
  const bool usable = written && expect_kind(*written, Node::Kind::mapping, "admin", "a mapping", problems_);
  const Node& section = usable ? *written : nothing;
  std::vector<std::string> known = names_of(HostKeys::admin());
  known.insert(known.end(), HostKeys::admin_parts().begin(), HostKeys::admin_parts().end());
  options_.refuse_unknown(section, "admin", known);

  AdminConfig out;
  const OptionValues values = options_.read(section, "admin", HostKeys::admin(), "the host");
  out.listen = ListenReader(problems_).read(section, "admin", values);
  out.allow_unauthenticated = values.get("allow_unauthenticated", false);
  out.hosts = values.get("hosts", out.hosts);
  out.variables = values.get("variables", out.variables);
  out.files = values.get("files", out.files);
  out.credentials = read_credentials(section, "admin", values);
  const OptionValues read_only = options_.section(section, "admin", "read_only", HostKeys::admin_read_only());
  const Node* read_only_section = section.find("read_only");
  out.read_only = read_credentials(read_only_section ? *read_only_section : nothing, "admin.read_only", read_only);
  out.read_only_clients = read_only.get("clients", out.read_only_clients);
  check_twice(section, "tokens", out.credentials.tokens, out.read_only.tokens);
  check_twice(section, "users", out.credentials.users, out.read_only.users);
  if (section.find("tls")) out.tls = read_tls(section);
  check_clients(section, out);
  check_open(section, out);
  return out;
}

CredentialsConfig AdminReader::read_credentials(const Node& section, const std::string& path, const OptionValues& values) const {
  return {read_map(section, path, values, "tokens", Kind::token), read_map(section, path, values, "users", Kind::password)};
}

AdminReader::Credentials AdminReader::read_map(const Node& section, const std::string& path, const OptionValues& values, const char* key, Kind kind) const {
  Credentials out;
  const Node* map = section.find(key);
  if (!map || map->kind != Node::Kind::mapping) return out;
  const Json& secrets = values.json.at(key);  // null: a problem of one of them is reported already
  for (const Node& entry : map->children) {
    const std::string place = path_of(path, key) + "." + shown_key(entry.key);
    const std::string secret = secrets.is_null() ? "" : secrets.value(entry.key, std::string());
    check_name(entry, place, kind);
    if (!secrets.is_null()) check_secret(entry, place, kind, secret);
    out.push_back({entry.key, secret, references_.file_of(entry.text).value_or("")});
  }
  return out;
}

// A user's name ends at the first colon of what a client sends.
void AdminReader::check_name(const Node& entry, const std::string& path, Kind kind) const {
  const bool has_colon = kind == Kind::password && entry.key.find(':') != std::string::npos;
  if (!entry.key.empty() && !has_colon && is_text_of_a_line(entry.key)) return;
  problems_.add(entry.key_at, code::credential, path, "this name is empty, or has a colon or a control character in it", "choose another name");
}

void AdminReader::check_secret(const Node& entry, const std::string& path, Kind kind, const std::string& secret) const {
  if (kind == Kind::password) {
    if (secret.empty()) problems_.add(entry.at, code::credential, path, "the password is empty", "set one");
  } else if (secret.size() < shortest_token) {
    problems_.add(entry.at, code::credential, path, "the token is shorter than 16 characters",
                  "make one that nobody guesses, such as by 'openssl rand -hex 32'");
  } else if (!can_be_sent_as_token(secret)) {
    problems_.add(entry.at, code::credential, path, "the token has a blank, a line break or a character beyond ASCII in it",
                  "make one of letters and digits, such as by 'openssl rand -hex 32'");
  }
}

void AdminReader::check_twice(const Node& section, const char* key, const Credentials& all, const Credentials& read_only) const {
  for (const CredentialConfig& each : read_only) {
    if (std::none_of(all.begin(), all.end(), [&](const CredentialConfig& other) { return other.name == each.name; })) continue;
    const std::string name = shown_key(each.name);
    problems_.add(section.find("read_only")->find(key)->position_of(each.name), code::credential, "admin.read_only." + std::string(key) + "." + name,
                  "'" + name + "' also stands in admin." + key, "remove it from one of them");
  }
}

AdminTlsConfig AdminReader::read_tls(const Node& section) const {
  const OptionValues values = options_.section(section, "admin", "tls", HostKeys::admin_tls());
  const auto file = [&](const char* key) {
    const std::string path = values.get<std::string>(key, "");
    return path.empty() ? path : (std::filesystem::path(folder_) / path).lexically_normal().string();
  };
  AdminTlsConfig out{file("certificate"), file("key"), file("client_ca"), true};
  out.client_certificate_required = values.get<std::string>("client_certificate", "required") == "required";
  const Node* tls = section.find("tls");
  if (out.client_ca.empty() && is_set(tls, values, "client_certificate")) {
    problems_.add(tls->position_of("client_certificate"), code::missing, "admin.tls.client_ca", "is required: without it no client can show a certificate",
                  "name the PEM file of the CA that signs clients' certificates, or remove 'client_certificate'");
  }
  return out;
}

void AdminReader::check_clients(const Node& section, const AdminConfig& admin) const {
  if (admin.read_only_clients.empty() || (admin.tls && !admin.tls->client_ca.empty())) return;
  problems_.add(section.find("read_only")->position_of("clients"), code::missing, "admin.tls.client_ca",
                "is required: 'read_only.clients' are names in certificates",
                "name the PEM file of the CA that signs clients' certificates, or remove 'clients'");
}

// Whoever reaches it can pause a connector.
void AdminReader::check_open(const Node& section, const AdminConfig& admin) const {
  if (admin.listen.host.empty() || is_loopback(admin.listen) || admin.authenticates() || admin.allow_unauthenticated) return;
  problems_.add(section.position_of("listen"), code::open_admin, "admin.listen", "other machines could reach the admin API, and nobody has to log in",
                "set 'tokens', 'users' or 'tls.client_ca', or listen on 127.0.0.1 or [::1]; 'allow_unauthenticated: true' leaves it open");
}

}  // namespace connector_host::topology
