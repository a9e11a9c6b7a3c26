#include "host/admin/access.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace connector_host::admin {
namespace {

using namespace std::chrono_literals;

const std::string admin_token = "admin-token-0123456789", read_token = "read-token-0123456789";
const std::string ann = "Basic YW5uOnNlc2FtOm9wZW4=";  // ann:sesam:open
const std::string bob = "Basic Ym9iOnNlY3JldA==";      // bob:secret

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    settings.listen_host = "0.0.0.0";
    settings.tokens = {{"ci", admin_token, "", Role::admin},
                       {"grafana", read_token, "", Role::read}};
    settings.users = {{"ann", "sesam:open", "", Role::admin}, {"bob", "secret", "", Role::read}};
    settings.report = [this](const std::string& what) { reports.push_back(what); };
    request.method = "GET";
    request.headers = {{"Host", "localhost:8083"}};
  }
  ~AccessTest() override { std::filesystem::remove_all(folder()); }

  Access::Verdict judge(Role needed) {
    if (!access) access.emplace(settings, [this] { return time; });
    return access->judge(request, needed);
  }
  Access::Verdict judge() { return judge(request.method == "GET" ? Role::read : Role::admin); }
  // 0: it may; otherwise the refusal's status, which is Kafka Connect's form and repeats no secret.
  int status() {
    const Access::Verdict verdict = judge();
    if (!verdict.refusal) return 0;
    const auto body = nlohmann::json::parse(verdict.refusal->body);
    EXPECT_EQ(body["error_code"], verdict.refusal->status);
    EXPECT_FALSE(body["message"].get<std::string>().empty());
    for (const std::string& secret :
         {admin_token, read_token, std::string("sesam"), std::string("secret'")})
      EXPECT_EQ(verdict.refusal->body.find(secret), std::string::npos) << verdict.refusal->body;
    return verdict.refusal->status;
  }
  // "ci admin", "bob read", or "" for nobody.
  std::string who(const std::string& authorization) {
    set("Authorization", authorization);
    const Access::Verdict verdict = judge(Role::read);
    return verdict.refusal ? "" : verdict.who + (verdict.role == Role::admin ? " admin" : " read");
  }
  void set(const std::string& name, const std::string& value) {
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
    request.headers.emplace_back(name, value);
  }
  // A setting that counts for what is asked afterwards.
  AccessSettings& change() {
    access.reset();
    return settings;
  }
  void without_logins() {
    change().tokens.clear();
    settings.users.clear();
  }
  void without_a_login_everybody_has(Role role) {
    without_logins();
    settings.unauthenticated = role;
    settings.unauthenticated_everywhere = true;
  }
  // 0: the request may have what this role is needed for; else the refusal's status.
  int status(Role needed) {
    const Access::Verdict verdict = judge(needed);
    return verdict.refusal ? verdict.refusal->status : 0;
  }
  // The highest role that it has.
  Role role() {
    Role out = Role::none;
    for (const Role each : {Role::read, Role::operate, Role::admin}) {
      if (status(each) == 0) out = each;
    }
    return out;
  }
  std::string folder() const { return testing::TempDir() + "/access-" + std::to_string(getpid()); }
  std::string file(const std::string& content) const {
    std::filesystem::create_directories(folder());
    std::ofstream(folder() + "/secret") << content;
    return folder() + "/secret";
  }

  AccessSettings settings;
  http::Request request;
  world::Time time{};
  std::vector<std::string> reports;
  std::optional<Access> access;
};

TEST_F(AccessTest, Each_login_has_its_name_and_its_role) {
  EXPECT_EQ(who("Bearer " + admin_token), "ci admin");
  EXPECT_EQ(who("bearer  " + admin_token), "ci admin") << "the scheme is in any case of letters";
  EXPECT_EQ(who("Bearer " + read_token), "grafana read");
  EXPECT_EQ(who(ann), "ann admin");
  EXPECT_EQ(who("BASIC " + bob.substr(6)), "bob read");
  EXPECT_EQ(access->failed_logins(), 0u);
}

TEST_F(AccessTest, What_is_no_login_gets_nowhere) {
  const std::vector<std::string> wrong = {"",
                                          "Bearer",
                                          "Bearer ",
                                          "Bearer " + admin_token + "x",
                                          "Bearer " + admin_token.substr(1),
                                          "Bearer ci",
                                          admin_token,
                                          "Basic",
                                          "Basic ",
                                          "Basic " + admin_token,
                                          "Basic YW5uOnNlY3JldA==",       // ann with bob's password
                                          "Basic YW5u",                   // ann
                                          "Basic YW5uOg==",               // ann:
                                          "Basic OnNlc2FtOm9wZW4=",       // :sesam:open
                                          "Basic QW5uOnNlc2FtOm9wZW4=",   // Ann:sesam:open
                                          "Basic YW5uOnNlc2FtOm9wZW4",    // without its padding
                                          "Basic YW5uOnNl c2FtOm9wZW4=",  // with a blank
                                          "Basic ====",
                                          "Negotiate YW5uOnNlc2FtOm9wZW4="};
  for (const std::string& header : wrong) {
    set("Authorization", header);
    EXPECT_EQ(status(), 401) << header;
  }
  EXPECT_EQ(access->failed_logins(), wrong.size());
}

TEST_F(AccessTest, Without_a_login_a_client_is_told_how_to_get_one) {
  const http::Response refusal = judge().refusal.value();
  EXPECT_EQ(refusal.status, 401);
  EXPECT_NE(refusal.body.find("log in with a bearer token or with user and password"),
            std::string::npos)
      << refusal.body;
  ASSERT_EQ(refusal.headers.size(), 2u);
  EXPECT_EQ(refusal.headers[0].second, "Bearer realm=\"connector-host\"");
  EXPECT_EQ(refusal.headers[1].second, "Basic realm=\"connector-host\", charset=\"UTF-8\"");
  EXPECT_EQ(access->failed_logins(), 0u) << "nobody tried";
  change().users.clear();
  EXPECT_EQ(judge().refusal.value().headers.size(), 1u)
      << "no browser is to ask for a password that there is not";
}

TEST_F(AccessTest, Who_may_look_may_not_change) {
  set("Authorization", bob);
  EXPECT_EQ(status(), 0);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    request.method = method;
    EXPECT_EQ(status(), 403) << method;
  }
  set("Authorization", ann);
  EXPECT_EQ(status(), 0);
}

TEST_F(AccessTest, A_verified_certificate_is_a_login_where_it_is_asked_for) {
  request.client_subject = "ops";
  EXPECT_EQ(status(), 401) << "nobody asked for one";
  change().client_certificates = true;
  EXPECT_EQ(judge(Role::admin).who, "ops");
  EXPECT_EQ(judge(Role::admin).role, Role::admin)
      << "no client is named, so each certificate of the CA is";
  change().clients = {{"monitor", Role::read}, {"deploy", Role::operate}, {"root", Role::admin}};
  for (const char* each : {"ops", "Monitor", "monitor ", "MONITOR", "roo", "root,monitor"}) {
    request.client_subject = each;
    const auto refusal = judge(Role::read).refusal;
    ASSERT_TRUE(refusal) << each;
    EXPECT_EQ(refusal->status, 403) << each;
    EXPECT_NE(refusal->body.find("has no role"), std::string::npos) << refusal->body;
  }
  request.client_subject = "deploy";
  EXPECT_EQ(judge(Role::operate).role, Role::operate);
  EXPECT_EQ(judge(Role::admin).refusal->status, 403);
  EXPECT_NE(judge(Role::admin).refusal->body.find("needs the role 'admin'"), std::string::npos);
  request.client_subject = "root";
  EXPECT_FALSE(judge(Role::admin).refusal);
  request.client_subject = "monitor";
  EXPECT_EQ(judge(Role::read).role, Role::read);
  EXPECT_EQ(judge(Role::admin).refusal->status, 403);
  EXPECT_EQ(who(ann), "ann admin") << "what is written in the request counts first";
  EXPECT_EQ(who("Bearer wrong"), "");
}

TEST_F(AccessTest, Where_only_certificates_count_no_header_is_asked_for) {
  without_logins();
  settings.client_certificates = true;
  EXPECT_EQ(status(), 403);
  EXPECT_TRUE(judge().refusal->headers.empty());
  request.client_subject = "ops";
  EXPECT_EQ(status(), 0);
}

TEST_F(AccessTest, Where_everybody_is_admin_without_a_login_a_wrong_one_is_ignored) {
  without_a_login_everybody_has(Role::admin);
  request.method = "DELETE";
  EXPECT_EQ(status(), 0);
  EXPECT_EQ(who("Bearer anything"), " admin");
  EXPECT_EQ(access->failed_logins(), 0u);
  without_a_login_everybody_has(Role::operate);
  EXPECT_EQ(who("Bearer anything"), "") << "it was meant as a login";
}

TEST_F(AccessTest, Callers_on_this_machine_have_a_role_without_a_login_and_others_have_none) {
  without_logins();
  settings.unauthenticated = Role::operate;
  EXPECT_EQ(role(), Role::none) << "from another machine";
  request.peer.kind = http::Peer::Kind::loopback;
  EXPECT_EQ(role(), Role::operate);
  change().unauthenticated = Role::read;
  EXPECT_EQ(role(), Role::read);
  change().unauthenticated = Role::none;
  EXPECT_EQ(role(), Role::none);
  change().unauthenticated_everywhere = true;
  settings.unauthenticated = Role::read;
  request.peer.kind = http::Peer::Kind::remote;
  EXPECT_EQ(role(), Role::read) << "allow_unauthenticated";
}

TEST_F(AccessTest, A_proxy_on_this_machine_does_not_make_its_clients_local) {
  without_logins();
  settings.unauthenticated = Role::operate;
  const auto headers = request.headers;
  for (const http::Peer::Kind kind :
       {http::Peer::Kind::loopback, http::Peer::Kind::local_process}) {
    request.peer = {kind, geteuid(), {}};
    for (const char* header : {"Forwarded", "forwarded", "Via", "VIA", "X-Forwarded-For",
                               "x-forwarded-proto", "X-Forwarded-Host", "X-Forwarded-Client-Cert",
                               "X-Forwarded", "X-Real-IP", "X-Envoy-External-Address"}) {
      request.headers = headers;
      set(header, "");
      EXPECT_EQ(role(), Role::none) << header;
    }
    for (const char* header : {"X-Forward", "Viable", "XForwarded-For", "X-Real-IPs"}) {
      request.headers = headers;
      set(header, "1");
      EXPECT_GE(role(), Role::operate) << header;
    }
  }
}

TEST_F(AccessTest, At_the_socket_root_its_own_user_and_the_group_are_admin) {
  without_logins();
  settings.unauthenticated = Role::read;
  settings.socket_group = gid_t(4711);
  const auto at_socket = [&](uid_t user, std::vector<gid_t> groups) {
    request.peer = {http::Peer::Kind::local_process, user, std::move(groups)};
    return role();
  };
  EXPECT_EQ(at_socket(0, {}), Role::admin);
  EXPECT_EQ(at_socket(geteuid(), {}), Role::admin);
  EXPECT_EQ(at_socket(64999, {64999, 4711}), Role::admin);
  EXPECT_EQ(judge(Role::admin).who, "uid 64999") << "for the audit";
  EXPECT_EQ(at_socket(64999, {64999}), Role::read) << "any other is a caller on this machine";
  change().socket_group.reset();
  EXPECT_EQ(at_socket(64999, {4711}), Role::read);
  EXPECT_EQ(at_socket(uid_t(-1), {}), Role::read);
  settings.users = {{"bob", "secret", "", Role::read}};
  access.reset();
  request.peer = {http::Peer::Kind::local_process, 0, {}};
  EXPECT_EQ(who(bob), "bob read") << "what is written in the request counts first";
}

TEST_F(AccessTest, The_generated_secret_is_a_password_and_a_token) {
  without_logins();
  settings.generated =
      Credential{"admin", "generated-0123456789", file("generated-0123456789\n"), Role::admin};
  request.peer.kind = http::Peer::Kind::loopback;
  EXPECT_EQ(who("Basic YWRtaW46Z2VuZXJhdGVkLTAxMjM0NTY3ODk="),
            "admin admin");  // admin:generated-0123456789
  EXPECT_EQ(who("Bearer generated-0123456789"), "admin admin");
  EXPECT_EQ(who("Basic YWRtaW46"), "") << "admin with no password";
  EXPECT_EQ(who(ann), "");
}

TEST_F(AccessTest, A_refusal_names_the_ways_in_but_no_path_to_other_machines) {
  without_logins();
  settings.unauthenticated = Role::operate;
  settings.generated =
      Credential{"admin", "generated-0123456789", "/state/admin-secret", Role::admin};
  settings.socket = "/state/admin.sock";
  settings.instance = "instance-1";
  request.method = "DELETE";
  const auto headers = [](const http::Response& response) {
    std::string all;
    for (const auto& [name, value] : response.headers) all += name + ": " + value + "\n";
    return all;
  };
  request.peer.kind = http::Peer::Kind::loopback;
  const http::Response near = judge(Role::admin).refusal.value();
  EXPECT_EQ(near.status, 401);
  for (const char* part : {"needs the role 'admin'", "has 'operate' here", "/state/admin.sock",
                           "user 'admin' with the password in /state/admin-secret"})
    EXPECT_NE(near.body.find(part), std::string::npos) << part << near.body;
  EXPECT_NE(headers(near).find("WWW-Authenticate: Basic"), std::string::npos);
  EXPECT_NE(headers(near).find(
                "Connector-Host-Socket: /state/admin.sock\nConnector-Host-Instance: instance-1"),
            std::string::npos);
  request.peer.kind = http::Peer::Kind::remote;
  const http::Response far = judge(Role::admin).refusal.value();
  EXPECT_EQ(far.status, 401);
  EXPECT_EQ((far.body + headers(far)).find("/state"), std::string::npos) << far.body;
  EXPECT_NE(far.body.find("the host's log says where"), std::string::npos) << far.body;
}

TEST_F(AccessTest, Callers_without_a_login_validate_at_a_limited_rate) {
  without_logins();
  settings.unauthenticated = Role::operate;
  settings.generated = Credential{"admin", "generated-0123456789", "", Role::admin};
  request.peer.kind = http::Peer::Kind::loopback;
  request.method = "PUT";
  request.segments = {"connector-plugins", "file", "config", "validate"};
  const auto passed = [&] {
    int count = 0;
    while (count < 100 && status(Role::read) == 0) ++count;
    return count;
  };
  EXPECT_EQ(passed(), 20);
  EXPECT_EQ(status(Role::read), 429);
  EXPECT_EQ(judge(Role::read).refusal->headers.front().first, "Retry-After");
  time += 500ms;
  EXPECT_EQ(passed(), 5);
  set("Authorization", "Bearer generated-0123456789");
  EXPECT_EQ(passed(), 100) << "a login has no limit";
}

TEST_F(AccessTest, One_secret_of_two_logins_is_that_of_the_lower_role) {
  for (const bool read_first : {false, true}) {
    change().tokens = {{"a", admin_token, "", read_first ? Role::read : Role::admin},
                       {"b", admin_token, "", read_first ? Role::admin : Role::read}};
    EXPECT_EQ(who("Bearer " + admin_token), read_first ? "a read" : "b read");
  }
}

TEST_F(AccessTest, On_loopback_a_page_with_a_name_of_its_own_is_not_answered) {
  change().listen_host = "127.0.0.1";
  set("Authorization", ann);
  EXPECT_EQ(status(), 0);
  for (const char* host :
       {"evil.example:8083", "127.evil.example", "localhost.evil.example", "192.0.2.1:8083", ""}) {
    set("Host", host);
    EXPECT_EQ(status(), 403) << host;
  }
}

TEST_F(AccessTest,
       Where_no_login_is_needed_a_listener_beyond_loopback_knows_addresses_and_listed_names) {
  without_a_login_everybody_has(Role::admin);
  settings.hosts = {"connect.example.org"};
  for (const char* host : {"192.0.2.1:8083", "[2001:db8::1]:8083", "localhost:8083",
                           "connect.example.org:8083", "Connect.Example.org"}) {
    set("Host", host);
    EXPECT_EQ(status(), 0) << host;
  }
  for (const char* host :
       {"evil.example", "evil.example:8083", "connect.example.org.evil.example"}) {
    set("Host", host);
    EXPECT_EQ(status(), 403) << host;
  }
}

TEST_F(AccessTest, Beyond_loopback_who_logs_in_may_use_any_name) {
  set("Host", "anything.example:8083");
  EXPECT_EQ(status(), 401);
  EXPECT_EQ(who(ann), "ann admin");
}

TEST_F(AccessTest, A_page_changes_nothing_but_from_a_known_name_of_the_listener_itself) {
  change().hosts = {"connect.example.org"};
  set("Authorization", ann);
  const auto ask = [&](const std::string& method, const std::string& host,
                       const std::string& origin) {
    request.method = method;
    set("Host", host);
    set("Origin", origin);
    return status();
  };
  for (const char* origin : {"http://evil.example", "null", "", "http://connect.example.org",
                             "http://connect.example.org:8083.evil.example"}) {
    EXPECT_EQ(ask("PUT", "connect.example.org:8083", origin), 403) << origin;
    EXPECT_EQ(ask("OPTIONS", "connect.example.org:8083", origin), 403) << origin;
  }
  EXPECT_EQ(ask("PUT", "evil.example:8083", "http://evil.example:8083"), 403)
      << "a page under a name of its own";
  EXPECT_EQ(ask("PUT", "connect.example.org:8083", "http://connect.example.org:8083"), 0);
  EXPECT_EQ(ask("PUT", "connect.example.org", "https://connect.example.org"), 0)
      << "a proxy in front has the TLS";
  EXPECT_EQ(ask("GET", "connect.example.org", "http://evil.example"), 0)
      << "a page that cannot read it";
  EXPECT_TRUE(judge().refusal == std::nullopt);
  change().tls = true;
  EXPECT_EQ(ask("PUT", "connect.example.org", "http://connect.example.org"), 403)
      << "anybody between could have made that page";
  EXPECT_EQ(ask("PUT", "connect.example.org", "https://connect.example.org"), 0);
}

TEST_F(AccessTest, A_change_with_a_body_has_to_be_JSON) {
  set("Authorization", ann);
  const auto ask = [&](const std::string& method, const std::string& type,
                       const std::string& body) {
    request.method = method;
    set("Content-Type", type);
    request.body = body;
    return status();
  };
  for (const char* type : {"application/json", "application/json; charset=UTF-8",
                           "Application/JSON ;charset=utf-8", "application/merge-patch+json"})
    EXPECT_EQ(ask("PATCH", type, "{}"), 0) << type;
  for (const char* type :
       {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=json",
        "text/json", "application/jsonp", "+json"})
    EXPECT_EQ(ask("POST", type, "{}"), 415) << type;
  EXPECT_EQ(ask("PUT", "application/x-www-form-urlencoded", ""), 0)
      << "clients send that with a pause";
  EXPECT_EQ(ask("GET", "text/plain", "x"), 0);
  std::erase_if(request.headers, [](const auto& header) { return header.first == "Content-Type"; });
  request.method = "POST";
  EXPECT_EQ(status(), 415) << "no type at all";
  set("Authorization", bob);
  EXPECT_EQ(status(), 403) << "who may not change is not told about bodies";
}

TEST_F(AccessTest, A_secret_in_a_file_is_as_the_file_is) {
  change().tokens = {{"ci", admin_token, file(admin_token + "\n"), Role::admin}};
  EXPECT_EQ(who("Bearer " + admin_token), "ci admin");
  const std::string fresh = "fresh-token-0123456789";
  ASSERT_EQ(fresh.size(), admin_token.size())
      << "neither the size nor, within a tick, the time tells them apart";
  file(fresh + "\n");
  EXPECT_EQ(who("Bearer " + fresh), "ci admin");
  EXPECT_EQ(who("Bearer " + admin_token), "");
  EXPECT_TRUE(reports.size() == 1 && reports[0].find("failed logins") == 0)
      << testing::PrintToString(reports);
}

TEST_F(AccessTest, A_file_that_is_gone_empty_or_too_short_lets_nobody_in_and_says_so_once) {
  change().tokens = {{"ci", admin_token, file(admin_token), Role::admin}};
  EXPECT_EQ(who("Bearer " + admin_token), "ci admin");
  const std::string path = folder() + "/secret";
  file("");
  for (const char* given : {"", "x"}) EXPECT_EQ(who("Bearer " + std::string(given)), "");
  file("short");
  EXPECT_EQ(who("Bearer short"), "");
  std::filesystem::remove(path);
  EXPECT_EQ(who("Bearer " + admin_token), "");
  EXPECT_EQ(who("Bearer "), "");
  EXPECT_EQ(who("Bearer short"), "");
  std::erase_if(reports,
                [](const std::string& report) { return report.starts_with("failed logins"); });
  EXPECT_EQ(reports,
            (std::vector<std::string>{
                "nobody gets in by the admin API's token 'ci', because of its file: it is empty",
                "nobody gets in by the admin API's token 'ci', because of its file: it holds less "
                "than 16 characters",
                "nobody gets in by the admin API's token 'ci', because of its file: No such file "
                "or directory"}));
  file(admin_token);
  EXPECT_EQ(who("Bearer " + admin_token), "ci admin");
}

TEST_F(AccessTest, Failed_logins_are_counted_and_told_about_at_most_once_a_minute) {
  for (int i = 0; i < 50; ++i) who("Bearer guess-number-" + std::to_string(i));
  EXPECT_EQ(reports, std::vector<std::string>{"failed logins at the admin API: 1"});
  time += 61s;
  who("Bearer guess");
  EXPECT_EQ(reports.back(), "failed logins at the admin API: 50 since the last such line");
  EXPECT_EQ(access->failed_logins(), 51u);
}

}  // namespace
}  // namespace connector_host::admin
