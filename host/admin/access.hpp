#pragma once
// Access: decides who a request to the admin API comes from, and whether its role is enough for what it asks for.
//
// Who: a bearer token, a user with a password (basic), a verified client certificate, or a process at the Unix socket that
// runs as root, as this process's user or in the group of the socket; in this order. Without any of these a caller on this
// machine, or every one, has the role that the settings name, which may be none. Secrets are compared in a time that tells
// nothing, and those in files are as the files are.
//
// Web pages: a browser sends what it has to any address that a page asks for. So (1) a Host header has to be one of
// KnownHosts; beyond loopback any will do for a caller that has to log in: a page under a name of its own (DNS rebinding)
// has no login, because browsers keep passwords for the name they were given to. (2) A change with a header Origin comes
// from a browser: it has to name the very listener, and the Host header has to be known. (3) There are no CORS headers, so
// a page cannot read an answer. (4) A change with a body has to say that it is JSON, which no form can.
//
// Refusals have Kafka Connect's form, say what to do and repeat no credential. One thread (the server's); only
// failed_logins() is for all.
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/admin/access_settings.hpp"
#include "host/admin/authorization.hpp"
#include "host/admin/known_hosts.hpp"
#include "host/admin/login_secret.hpp"
#include "host/admin/token_bucket.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/world/time.hpp"

namespace connector_host::admin {

class Access {
 public:
  struct Verdict {
    std::optional<http::Response> refusal;  // nothing: go on
    std::string who;                        // the token's or the user's name, the certificate's subject, or "uid 1000"; empty: no login
    Role role = Role::none;
  };

  Access(AccessSettings settings, std::function<world::Time()> now);

  // needed == Role::none: only the rules for web pages apply; nobody is identified.
  Verdict judge(const http::Request& request, Role needed);
  // Logins with a credential that is wrong, not requests without one. Any thread.
  std::uint64_t failed_logins() const { return failed_logins_.load(std::memory_order_relaxed); }

 private:
  struct Login {
    std::string name;
    Role role;
    std::string what;  // "token 'ci'", for the log
    SecretDigest name_digest;
    LoginSecret secret;
  };
  using Logins = std::vector<Login>;

  static Logins logins_of(std::vector<Credential> credentials, const std::optional<Credential>& generated, const char* what, std::size_t shortest);

  std::optional<http::Response> refuse_page(const http::Request& request) const;
  bool is_own_origin(std::string_view origin, std::string_view host) const;
  Verdict identify(const http::Request& request);
  Role role_of(const std::string& subject) const;
  Role role_without_login(const http::Request& request) const;
  bool is_admin_at_socket(const http::Request& request) const;
  void apply_role(Verdict& verdict, const http::Request& request, Role needed);
  std::optional<http::Response> limit_rate(const Verdict& verdict, const http::Request& request);
  Verdict log_in(const Authorization& given);
  void refresh(Logins& logins);
  http::Response ask_for_login(const std::string& why, const http::Request& request) const;
  std::string ways_in(bool local) const;
  void count_failure();
  void report(const std::string& what) const;

  const AccessSettings settings_;
  const std::function<world::Time()> now_;
  const KnownHosts hosts_;
  Logins tokens_, users_;
  TokenBucket validations_;                      // of callers without a login
  std::atomic<std::uint64_t> failed_logins_{0};  // relaxed: a number for a page of metrics
  std::uint64_t failed_unreported_ = 0;
  std::optional<world::Time> reported_;
};

}  // namespace connector_host::admin
