// Who may ask the admin API of a running host. Needs no server: generator to null.
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/integration/line_fixture.hpp"
#include "tests/integration/route_roles.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/tls_client.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using connector_host::http::Certificate;
using connector_host::http::RawClient;
using connector_host::http::TlsClient;
using nlohmann::json;

class AccessTest : public LineTest {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own sockets write without MSG_NOSIGNAL
    http_port = free_port();
    admin_port = free_port();
  }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder + "/" + name) << content;
    return folder + "/" + name;
  }
  // With this below 'admin'.
  void launch(const std::string& admin) {
    write("t.yaml",
          "connectors:\n  numbers:\n    id: none\n    source: { type: generator, count: 0, rate: "
          "1000 }\n    sink: { type: 'null' }\nhttp: { listen: 127.0.0.1:" +
              std::to_string(http_port) + " }\nstate_dir: " + folder + "/state\nadmin:\n" + admin);
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"}, Environment{},
        folder + "/host.log");
  }
  void start(const std::string& admin) {
    launch("  listen: 127.0.0.1:" + std::to_string(admin_port) + "\n" + admin);
    ASSERT_TRUE(eventually([&] { return http_get(http_port, "/livez").status == 200; }, 20s))
        << log();
  }
  static std::string request(const std::string& method, const std::string& path,
                             const std::string& headers) {
    return method + " " + path + " HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n" +
           headers + "\r\n";
  }
  int ask(const std::string& method, const std::string& path, const std::string& headers) const {
    RawClient client(admin_port);
    client.send(request(method, path, "Host: localhost\r\n" + headers));
    return client.read().status;
  }
  int pause_with(const std::string& headers) const {
    return ask("PUT", "/connectors/numbers/pause", headers);
  }
  int look_with(const std::string& headers) const { return ask("GET", "/connectors", headers); }

  const std::string admin_token = "admin-token-0123456789",
                    operate_token = "operate-token-0123456789",
                    read_token = "read-token-0123456789";
  std::uint16_t admin_port = 0;
};

TEST_F(AccessTest, A_token_decides_who_may_look_and_who_may_change) {
  write("token", admin_token + "\n");
  start("  tokens: { ci: '${file:token}' }\n  read_only: { tokens: { grafana: " + read_token +
        " }, users: { bob: secret } }\n");
  const std::string admin = "Authorization: Bearer " + admin_token + "\r\n",
                    read = "Authorization: Bearer " + read_token + "\r\n";
  EXPECT_EQ(look_with(""), 401);
  EXPECT_EQ(pause_with(""), 401);
  EXPECT_EQ(look_with("Authorization: Bearer wrong-token-0123456789\r\n"), 401);
  EXPECT_EQ(look_with(read), 200);
  EXPECT_EQ(look_with("Authorization: Basic Ym9iOnNlY3JldA==\r\n"), 200);  // bob:secret
  EXPECT_EQ(pause_with(read), 403);
  EXPECT_EQ(pause_with(admin + "Origin: http://evil.example\r\n"), 403);
  EXPECT_EQ(ask("GET", "/connectors/numbers/status", admin), 200);
  EXPECT_EQ(pause_with(admin), 202);

  write("token", "fresh-token-0123456789\n");
  EXPECT_EQ(pause_with(admin), 401) << "the file has another one now";
  EXPECT_EQ(pause_with("Authorization: Bearer fresh-token-0123456789\r\n"), 202);
  for (const std::string& secret :
       {admin_token, read_token, std::string("wrong-token"), std::string("fresh-token")})
    EXPECT_EQ(log().find(secret), std::string::npos);
}

// Each route by the least role that may use it. The answer is 401 or 403 for whoever may not, and
// anything else for whoever may.
TEST_F(AccessTest, Each_route_has_its_role) {
  start("  tokens: { ci: " + admin_token + " }\n  operate: { tokens: { deploy: " + operate_token +
        " } }\n  read_only: { tokens: { grafana: " + read_token + " } }\n");
  const std::pair<const char*, std::string> logins[] = {
      {"none", ""}, {"read", read_token}, {"operate", operate_token}, {"admin", admin_token}};
  for (std::size_t needed = 0; needed < route_roles().size(); ++needed) {
    for (const std::string& route : route_roles()[needed]) {
      const std::size_t blank = route.find(' ');
      for (std::size_t has = 0; has < std::size(logins); ++has) {
        const std::string header = logins[has].second.empty()
                                       ? ""
                                       : "Authorization: Bearer " + logins[has].second + "\r\n";
        const int status = ask(route.substr(0, blank), route.substr(blank + 1), header);
        const bool may = status != 401 && status != 403;
        EXPECT_EQ(may, has > needed || route == "GET /health")
            << route << " as " << logins[has].first << ": " << status;
        if (!may) {
          EXPECT_EQ(status, has == 0 ? 401 : 403) << route;
        }
      }
    }
  }
  EXPECT_TRUE(log().find("deploy: PUT /connectors/numbers/pause -> 202") != std::string::npos)
      << "who did it";
}

TEST_F(AccessTest, Another_Host_is_refused_even_with_a_login) {
  start("  tokens: { ci: " + admin_token + " }\n");
  RawClient client(admin_port);
  client.send(request("GET", "/connectors",
                      "Host: evil.example\r\nAuthorization: Bearer " + admin_token + "\r\n"));
  EXPECT_EQ(client.read().status, 403);
}

TEST_F(AccessTest, With_TLS_a_clients_certificate_is_its_login) {
  const Certificate authority = Certificate::authority("CA"),
                    clients = Certificate::authority("clients' CA");
  const Certificate server = authority.issue("localhost"), ops = clients.issue("ops"),
                    monitor = clients.issue("monitor"), stranger = authority.issue("ops"),
                    unnamed = clients.issue("READER");
  write("tls.crt", server.certificate_pem());
  write("tls.key", server.key_pem());
  write("clients.crt", clients.certificate_pem());
  start(
      "  tls: { certificate: tls.crt, key: tls.key, client_ca: clients.crt }\n  clients: [ops]\n  "
      "read_only: { clients: [monitor] }\n");
  const auto ask_as = [&](const Certificate* shown, const char* method, const char* path) {
    return TlsClient(admin_port, authority, shown)
        .ask(request(method, path, "Host: localhost\r\n"));
  };
  EXPECT_EQ(ask_as(&monitor, "GET", "/connectors"), 200);
  EXPECT_EQ(ask_as(&monitor, "PUT", "/connectors/numbers/pause"), 403);
  EXPECT_EQ(ask_as(&ops, "PUT", "/connectors/numbers/pause"), 202);
  EXPECT_EQ(ask_as(&unnamed, "GET", "/connectors"), 403);
  EXPECT_EQ(ask_as(&stranger, "GET", "/connectors"), 0);
  EXPECT_EQ(ask_as(nullptr, "GET", "/connectors"), 0);
  EXPECT_EQ(look_with(""), 0) << "without TLS";
}

TEST_F(AccessTest, A_file_of_TLS_that_cannot_be_used_is_a_configuration_error) {
  launch("  listen: 127.0.0.1:" + std::to_string(admin_port) +
         "\n  tls: { certificate: none.crt, key: none.key }\n");
  EXPECT_EQ(host->wait(20s), 2);
  EXPECT_NE(log().find("cannot use the TLS certificate '" + folder +
                       "/none.crt': no such file or directory"),
            std::string::npos)
      << log();
}

TEST_F(AccessTest, Beyond_loopback_without_a_login_it_does_not_start) {
  launch("  listen: 0.0.0.0:" + std::to_string(admin_port) + "\n");
  EXPECT_EQ(host->wait(20s), 2);
  EXPECT_NE(log().find("T047 admin.listen"), std::string::npos) << log();
}

}  // namespace
}  // namespace integration
