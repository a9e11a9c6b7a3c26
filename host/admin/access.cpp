#include "host/admin/access.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "host/admin/local_caller.hpp"

namespace connector_host::admin {
namespace {

constexpr std::size_t shortest_token = 16, shortest_password = 1;
constexpr std::chrono::minutes between_reports{1};
constexpr double validations_at_once = 20, validations_a_second = 10;

bool is_change(const http::Request& request) {
  return request.method != "GET";
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

bool is_json(std::string_view content_type) {
  std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

// Bodies that are empty may be of any type: clients send one with a pause or a restart.
std::optional<http::Response> refuse_body(const http::Request& request) {
  if (!is_change(request) || request.body.empty() || is_json(request.header("Content-Type").value_or(""))) return std::nullopt;
  return http::error_response(415, "the body has to be JSON: send it with the header 'Content-Type: application/json'");
}

}  // namespace

const char* name_of(Role role) {
  switch (role) {
    case Role::admin:
      return "admin";
    case Role::operate:
      return "operate";
    case Role::read:
      return "read";
    case Role::none:
      return "none";
  }
  return "none";
}

Access::Access(AccessSettings settings, std::function<world::Time()> now)
    : settings_(std::move(settings)),
      now_(std::move(now)),
      hosts_(settings_.listen_host, settings_.hosts),
      tokens_(logins_of(settings_.tokens, settings_.generated, "token", shortest_token)),
      users_(logins_of(settings_.users, settings_.generated, "user", shortest_password)),
      validations_(validations_at_once, validations_a_second) {}

Access::Logins Access::logins_of(std::vector<Credential> credentials, const std::optional<Credential>& generated, const char* what, std::size_t shortest) {
  if (generated) credentials.push_back(*generated);
  Logins out;
  for (const Credential& each : credentials)
    out.push_back({each.name, each.role, std::string(what) + " '" + each.name + "'", SecretDigest::of(each.name), {each, shortest}});
  return out;
}

Access::Verdict Access::judge(const http::Request& request, Role needed) {
  if (auto refusal = refuse_page(request)) return {std::move(refusal), "", Role::none};
  if (needed == Role::none) return {};
  Verdict verdict = identify(request);
  if (!verdict.refusal) apply_role(verdict, request, needed);
  return verdict;
}

void Access::apply_role(Verdict& verdict, const http::Request& request, Role needed) {
  const std::string role = name_of(verdict.role), wanted = name_of(needed);
  if (verdict.role >= needed) {
    verdict.refusal = limit_rate(verdict, request);
    if (!verdict.refusal) verdict.refusal = refuse_body(request);
  } else if (verdict.who.empty()) {
    verdict.refusal = ask_for_login("this needs the role '" + wanted + "', and a caller without a login has '" + role + "' here", request);
  } else if (verdict.role == Role::none) {
    verdict.refusal =
        http::error_response(403, "the certificate of '" + verdict.who + "' has no role: 'clients' of admin, admin.operate and admin.read_only do not name it");
  } else {
    verdict.refusal = http::error_response(403, "this needs the role '" + wanted + "', and this login has the role '" + role + "'; use a login that has it");
  }
}

// Validation is the one thing that a caller without a login can make the host work at.
std::optional<http::Response> Access::limit_rate(const Verdict& verdict, const http::Request& request) {
  const bool validates = request.method == "PUT" && !request.segments.empty() && request.segments.back() == "validate";
  if (!validates || !verdict.who.empty() || verdict.role == Role::admin || validations_.take(now_())) return std::nullopt;
  http::Response response = http::error_response(429, "callers without a login may validate 10 configurations a second; wait, or log in");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

std::optional<http::Response> Access::refuse_page(const http::Request& request) const {
  const std::string_view host = request.header("Host").value_or("");
  const bool any_host = !hosts_.on_loopback() && role_without_login(request) == Role::none;
  if (!any_host && !hosts_.knows(host))
    return http::error_response(403, "the Host header does not name this listener; reach it by its address, or list the name under 'admin.hosts'");
  const auto origin = request.header("Origin");
  if (!origin || !is_change(request) || (hosts_.knows(host) && is_own_origin(*origin, host))) return std::nullopt;
  return http::error_response(403, "a web page of another origin changes nothing here; a page of this one needs its name under 'admin.hosts'");
}

// Without TLS there may be a proxy in front that has it.
bool Access::is_own_origin(std::string_view origin, std::string_view host) const {
  const std::string own = lower_case(host), given = lower_case(origin);
  return given == "https://" + own || (!settings_.tls && given == "http://" + own);
}

// Where everybody is admin without a login, a wrong one is ignored, as Kafka Connect does.
Access::Verdict Access::identify(const http::Request& request) {
  const Role without_login = role_without_login(request);
  if (const auto header = request.header("Authorization")) {
    Verdict verdict = log_in(Authorization::parse(*header));
    if (verdict.role != Role::none) return verdict;
    if (without_login == Role::admin) return {std::nullopt, "", without_login};
    count_failure();
    return {ask_for_login("this login is not known, or its secret is wrong", request), "", Role::none};
  }
  const std::string& subject = request.client_subject;
  if (settings_.client_certificates && !subject.empty()) return {std::nullopt, subject, role_of(subject)};
  if (is_admin_at_socket(request)) return {std::nullopt, "uid " + std::to_string(request.peer.user), Role::admin};
  return {std::nullopt, "", without_login};
}

Role Access::role_without_login(const http::Request& request) const {
  return settings_.unauthenticated_everywhere || is_local(request) ? settings_.unauthenticated : Role::none;
}

// A proxy at the socket would lend its own rights to whoever it forwards.
bool Access::is_admin_at_socket(const http::Request& request) const {
  const http::Peer& peer = request.peer;
  if (peer.kind != http::Peer::Kind::local_process || !is_local(request)) return false;
  return peer.user == 0 || peer.user == geteuid() || (settings_.socket_group && peer.is_in(*settings_.socket_group));
}

Role Access::role_of(const std::string& subject) const {
  const std::vector<ClientName>& clients = settings_.clients;
  if (clients.empty()) return Role::admin;
  const auto found = std::find_if(clients.begin(), clients.end(), [&](const ClientName& each) { return each.subject == subject; });
  return found == clients.end() ? Role::none : found->role;
}

// All are looked at, so that the time does not tell which one it was. If one secret is that of two logins, the last one
// counts who may less.
Access::Verdict Access::log_in(const Authorization& given) {
  if (given.kind == Authorization::Kind::neither) return {};
  const bool basic = given.kind == Authorization::Kind::basic;
  Logins& logins = basic ? users_ : tokens_;
  refresh(logins);
  const SecretDigest user = SecretDigest::of(given.user), secret = SecretDigest::of(given.secret);
  Verdict verdict;
  for (const Login& each : logins) {
    const bool named = !basic || each.name_digest.same_as(user);
    const bool matches = each.secret.matches(secret);
    if (named && matches && (verdict.role == Role::none || each.role < verdict.role)) verdict = {std::nullopt, each.name, each.role};
  }
  return verdict;
}

void Access::refresh(Logins& logins) {
  for (Login& each : logins) {
    const std::string trouble = each.secret.refresh();
    if (!trouble.empty()) report("nobody gets in by the admin API's " + each.what + ", because of its file: " + trouble);
  }
}

std::string Access::ways_in(bool local) const {
  std::string out;
  const auto offer = [&out](const std::string& way) { out += (out.empty() ? "" : " or ") + way; };
  if (!settings_.tokens.empty()) offer("with a bearer token");
  if (!settings_.users.empty()) offer("with user and password");
  if (settings_.client_certificates) offer("with a client certificate");
  if (local && !settings_.socket.empty()) offer("by the socket " + settings_.socket + " (curl --unix-socket)");
  if (settings_.generated) offer("as user 'admin' with the password " + (local ? "in " + settings_.generated->file : "that the host's log says where to find"));
  return out;
}

http::Response Access::ask_for_login(const std::string& why, const http::Request& request) const {
  const bool local = is_local(request);
  const std::string ways = ways_in(local), message = why + (ways.empty() ? "" : "; log in " + ways);
  // RFC 9110, 15.5.2: 401 offers a way. For certificates there is none that a header could name, and where they are the
  // only logins that are configured, a browser is not to ask for a password.
  const bool only_certificates = settings_.client_certificates && settings_.tokens.empty() && settings_.users.empty();
  http::Response response = http::error_response(only_certificates ? 403 : 401, message);
  if (!only_certificates && !tokens_.empty()) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"connector-host\"");
  if (!only_certificates && !users_.empty()) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"connector-host\", charset=\"UTF-8\"");
  if (local && !settings_.socket.empty()) {
    response.headers.emplace_back("Connector-Host-Socket", settings_.socket);
    response.headers.emplace_back("Connector-Host-Instance", settings_.instance);
  }
  return response;
}

void Access::count_failure() {
  failed_logins_.fetch_add(1, std::memory_order_relaxed);
  ++failed_unreported_;
  const world::Time now = now_();
  if (reported_ && now - *reported_ < between_reports) return;
  report("failed logins at the admin API: " + std::to_string(failed_unreported_) + (reported_ ? " since the last such line" : ""));
  reported_ = now;
  failed_unreported_ = 0;
}

void Access::report(const std::string& what) const {
  if (settings_.report) settings_.report(what);
}

}  // namespace connector_host::admin
