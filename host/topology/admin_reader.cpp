#include "host/topology/admin_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "host/topology/host_keys.hpp"
#include "host/topology/listen_address.hpp"
#include "host/topology/listen_reader.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

constexpr std::size_t shortest_token = 16;
constexpr std::size_t longest_socket_path = 107;  // sockaddr_un, unix(7)

bool is_text_of_a_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// What the header of a bearer token can carry.
bool can_be_sent_as_token(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// "redis.password", or a key of the connector: "tasks".
bool is_option(const std::string& text) {
  const std::size_t dot = text.find('.');
  return !text.empty() && dot != 0 && dot + 1 != text.size() && (dot == std::string::npos || text.find('.', dot + 1) == std::string::npos);
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
  out.unauthenticated = values.get<std::string>("unauthenticated", "");
  out.allow_unauthenticated = values.get("allow_unauthenticated", false);
  out.socket = read_socket(section, values);
  out.hosts = values.get("hosts", out.hosts);
  out.variables = read_grants(section, "variables");
  out.files = read_grants(section, "files");
  out.file_roots = values.get("file_roots", out.file_roots);
  out.credential_roots = values.get("credential_roots", out.credential_roots);
  out.admins = read_logins(section, "admin", values);
  const auto role = [&](const char* key, const OptionTable& keys) {
    const Node* part = section.find(key);
    return read_logins(part ? *part : nothing, path_of("admin", key), options_.section(section, "admin", key, keys));
  };
  out.operators = role("operate", HostKeys::admin_operate());
  out.readers = role("read_only", HostKeys::admin_read_only());
  check_twice(section, out);
  if (section.find("tls")) out.tls = read_tls(section);
  check_clients(section, out);
  check_open(section, out);
  return out;
}

std::string AdminReader::read_socket(const Node& section, const OptionValues& values) const {
  const std::string written = values.get<std::string>("socket", "");
  if (written.empty() || written == "none") return written;
  const std::string path = (std::filesystem::path(folder_) / written).lexically_normal().string();
  if (path.size() > longest_socket_path) {
    problems_.add(section.position_of("socket"), code::out_of_range, "admin.socket",
                  "'" + shown_key(path) + "' is longer than 107 bytes, more than a Unix socket takes", "set a shorter path");
  }
  return path;
}

LoginsConfig AdminReader::read_logins(const Node& section, const std::string& path, const OptionValues& values) const {
  LoginsConfig out{read_map(section, path, values, "tokens", Kind::token), read_map(section, path, values, "users", Kind::password), {}};
  out.clients = values.get("clients", out.clients);
  return out;
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

// By name, what it is for. It used to be a list of names that were good for anything.
std::map<std::string, std::vector<std::string>> AdminReader::read_grants(const Node& section, const char* key) const {
  std::map<std::string, std::vector<std::string>> out;
  const Node* node = section.find(key);
  if (!node) return out;
  const std::string path = path_of("admin", key);
  if (node->kind != Node::Kind::mapping) {
    problems_.add(node->at, code::wrong_shape, path, "expected a mapping that says which option each is for",
                  "write " + std::string(key) + ": { NAME: [type.option] }, such as { REDIS_PASSWORD: [redis.password] }");
    return out;
  }
  for (const Node& child : node->children) out[child.key] = read_options(child, path + "." + shown_key(child.key));
  return out;
}

std::vector<std::string> AdminReader::read_options(const Node& node, const std::string& path) const {
  const bool is_list = node.kind == Node::Kind::sequence;
  std::vector<std::string> out;
  for (const Node* each = is_list ? node.children.data() : &node; each != (is_list ? node.children.data() + node.children.size() : &node + 1); ++each) {
    if (each->kind == Node::Kind::scalar && is_option(each->text)) {
      out.push_back(each->text);
    } else {
      problems_.add(each->at, code::wrong_shape, path, "expected an option, such as redis.password, or a key of the connector, such as tasks",
                    "name each option that it is for");
    }
  }
  return out;
}

// One name with two roles is a mistake, whichever of them was meant.
void AdminReader::check_twice(const Node& section, const AdminConfig& admin) const {
  std::map<std::string, std::string> seen;  // by kind and name: the place
  const auto check = [&](const char* role, const char* kind, const std::string& name) {
    const std::string part = *role ? path_of("admin", role) : "admin", place = path_of(part, kind);
    const auto [before, is_new] = seen.emplace(std::string(kind) + ' ' + name, place);
    if (is_new) return;
    const Node* const of_role = *role ? section.find(role) : &section;
    problems_.add(of_role->find(kind)->position_of(name), code::credential, place + "." + shown_key(name),
                  "'" + shown_key(name) + "' also stands in " + before->second, "remove it from one of them");
  };
  const std::pair<const char*, const LoginsConfig*> roles[] = {{"", &admin.admins}, {"operate", &admin.operators}, {"read_only", &admin.readers}};
  for (const auto& [role, logins] : roles) {
    for (const CredentialConfig& each : logins->tokens) check(role, "tokens", each.name);
    for (const CredentialConfig& each : logins->users) check(role, "users", each.name);
    for (const std::string& each : logins->clients) check(role, "clients", each);
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
  if (admin.tls && !admin.tls->client_ca.empty()) return;
  const std::pair<const Node*, const LoginsConfig*> roles[] = {
      {&section, &admin.admins}, {section.find("operate"), &admin.operators}, {section.find("read_only"), &admin.readers}};
  for (const auto& [part, logins] : roles) {
    if (logins->clients.empty()) continue;
    problems_.add(part->position_of("clients"), code::missing, "admin.tls.client_ca", "is required: 'clients' are names in certificates",
                  "name the PEM file of the CA that signs clients' certificates, or remove 'clients'");
  }
}

// Other machines would be answered with "log in", and no login is configured: one of the two is not what was meant.
void AdminReader::check_open(const Node& section, const AdminConfig& admin) const {
  if (admin.listen.host.empty() || is_loopback(admin.listen) || admin.authenticates() || admin.allow_unauthenticated) return;
  if (admin.unauthenticated == "none") return;  // then it was: the generated secret is the login
  problems_.add(section.position_of("listen"), code::open_admin, "admin.listen", "other machines can reach the admin API, and no login is configured",
                "set 'tokens', 'users' or 'tls.client_ca', or listen on 127.0.0.1 or [::1]; 'allow_unauthenticated: true' serves them without a login");
}

}  // namespace connector_host::topology
