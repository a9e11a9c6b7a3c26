#include "host/admin/access.hpp"

#include <algorithm>
#include <cctype>

namespace connector_host::admin {
namespace {

constexpr std::size_t shortest_token = 16, shortest_password = 1;
constexpr std::chrono::minutes between_reports{1};

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
      tokens_(logins_of(settings_.tokens, "token", shortest_token)),
      users_(logins_of(settings_.users, "user", shortest_password)) {}

Access::Logins Access::logins_of(const std::vector<Credential>& credentials, const char* what, std::size_t shortest) {
  Logins out;
  for (const Credential& each : credentials)
    out.push_back({each.name, each.role, std::string(what) + " '" + each.name + "'", SecretDigest::of(each.name), {each, shortest}});
  return out;
}

Access::Verdict Access::judge(const http::Request& request, Role needed) {
  if (auto refusal = refuse_page(request)) return {std::move(refusal), "", Role::none};
  if (needed == Role::none) return {};
  Verdict verdict = identify(request);
  if (verdict.refusal) return verdict;
  if (verdict.role == Role::none) {
    verdict.refusal =
        http::error_response(403, "the certificate of '" + verdict.who + "' has no role: 'clients' of admin, admin.operate and admin.read_only do not name it");
  } else if (verdict.role < needed) {
    verdict.refusal = http::error_response(403, "this needs the role '" + std::string(name_of(needed)) + "', and this login has the role '" +
                                                    name_of(verdict.role) + "'; log in as somebody who has it");
  } else {
    verdict.refusal = refuse_body(request);
  }
  return verdict;
}

std::optional<http::Response> Access::refuse_page(const http::Request& request) const {
  const std::string_view host = request.header("Host").value_or("");
  const bool any_host = !settings_.is_open() && !hosts_.on_loopback();
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

Access::Verdict Access::identify(const http::Request& request) {
  if (settings_.is_open()) return {std::nullopt, "", Role::admin};
  if (const auto header = request.header("Authorization")) {
    Verdict verdict = log_in(Authorization::parse(*header));
    if (verdict.role != Role::none) return verdict;
    count_failure();
    return {ask_for_login("this login is not known, or its secret is wrong"), "", Role::none};
  }
  const std::string& subject = request.client_subject;
  if (!settings_.client_certificates || subject.empty()) return {ask_for_login("log in"), "", Role::none};
  return {std::nullopt, subject, role_of(subject)};
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

http::Response Access::ask_for_login(const std::string& why) const {
  std::string how;
  const auto offer = [&](const char* way) { how += (how.empty() ? " with " : " or ") + std::string(way); };
  if (!tokens_.empty()) offer("a bearer token");
  if (!users_.empty()) offer("user and password");
  if (settings_.client_certificates) offer("a client certificate");
  const std::string message = why + (why == "log in" ? "" : "; log in") + how;
  // RFC 9110, 15.5.2: 401 offers a way. For certificates there is none that a header could name.
  if (tokens_.empty() && users_.empty()) return http::error_response(403, message);
  http::Response response = http::error_response(401, message);
  if (!tokens_.empty()) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"connector-host\"");
  if (!users_.empty()) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"connector-host\", charset=\"UTF-8\"");
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
