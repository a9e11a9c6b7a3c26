// Who reaches what on a host whose topology says nothing about it: over loopback, through a proxy,
// by the Unix socket and with the generated secret. Needs no server: generator to null.
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "host/http/credentials.hpp"
#include "tests/integration/line_fixture.hpp"
#include "tests/integration/route_roles.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using connector_host::http::RawClient;
using nlohmann::json;

class DefaultAccess : public LineTest {
 protected:
  void SetUp() override {
    http_port = free_port();
    admin_port = free_port();
  }
  // more: of the mapping 'admin', each with a comma at its end.
  void start(const std::string& more = "", const std::string& state = "state",
             Environment environment = {}) {
    std::ofstream(folder + "/t.yaml")
        << "connectors:\n  numbers:\n    id: none\n    source: { type: generator, rate: 1000 }\n   "
           " sink: { type: 'null' }\nhttp: { listen: 127.0.0.1:"
        << http_port << " }\nadmin: { " << more << "listen: 127.0.0.1:" << admin_port
        << " }\nstate_dir: " << folder << "/" << state << "\n";
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"},
        std::move(environment), folder + "/host.log");
    ASSERT_TRUE(eventually([&] { return http_get(http_port, "/livez").status == 200; }, 20s))
        << log();
  }
  void end_host() {
    host->signal(SIGTERM);
    EXPECT_EQ(host->wait(20s), 0) << log();
  }
  std::string socket_path() const { return folder + "/state/admin.sock"; }
  std::string secret() const {
    std::ifstream in(folder + "/state/admin-secret");
    std::string line;
    std::getline(in, line);
    return line;
  }
  std::string basic() const {
    return "Authorization: " + connector_host::http::basic_credentials("admin", secret()) + "\r\n";
  }

  static std::string text_of(const std::string& route, const std::string& headers) {
    return route + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n" +
           headers + "\r\n";
  }
  int over_loopback(const std::string& route, const std::string& headers = "") const {
    RawClient client(admin_port);
    client.send(text_of(route, headers));
    return client.read().status;
  }
  int by_socket(const std::string& route, const std::string& headers = "") const {
    RawClient client(socket_path());
    client.send(text_of(route, headers));
    return client.read().status;
  }
  // How far a caller gets with every route: 401 or 403 for those of a higher role, and anything
  // else for the rest.
  void expect_role(int role, const std::function<int(const std::string& route)>& ask,
                   bool sees_health = true) const {
    for (int needed = 0; needed < 3; ++needed) {
      for (const std::string& route : route_roles()[std::size_t(needed)]) {
        const int status = ask(route);
        const bool passed = status != 401 && status != 403;
        EXPECT_EQ(passed, role > needed || (sees_health && route == "GET /health"))
            << route << ": " << status;
      }
    }
  }
  Answer create() const {
    const json body = {
        {"name", "made"},
        {"config", {{"connector.class", "generator"}, {"id", "none"}, {"sink.type", "null"}}}};
    return http_ask(admin_port,
                    {"POST", "/connectors", body.dump(), {{"Content-Type", "application/json"}}},
                    20s);
  }
  Finished command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), CONNECTOR_HOST);
    arguments.insert(arguments.end(), {"--url", "http://127.0.0.1:" + std::to_string(admin_port)});
    return run(arguments);
  }

  std::uint16_t admin_port = 0;
};

TEST_F(DefaultAccess, Each_route_has_its_role_by_each_way_in) {
  start();
  expect_role(2, [&](const std::string& route) { return over_loopback(route); });
  for (const char* header : {"Forwarded: for=192.0.2.1\r\n", "Via: 1.1 proxy\r\n",
                             "X-Forwarded-For: 192.0.2.1\r\n", "X-Real-IP: 192.0.2.1\r\n"}) {
    expect_role(0, [&](const std::string& route) { return over_loopback(route, header); }, false);
    expect_role(0, [&](const std::string& route) { return by_socket(route, header); }, false);
  }
  expect_role(3, [&](const std::string& route) { return by_socket(route); });
  expect_role(3, [&](const std::string& route) { return over_loopback(route, basic()); });
  expect_role(3, [&](const std::string& route) {
    return over_loopback(
        route, "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer " + secret() + "\r\n");
  });
  expect_role(0, [&](const std::string& route) {
    return over_loopback(route, "Authorization: Bearer wrong-secret-0123456789\r\n");
  });
}

TEST_F(DefaultAccess, Each_value_of_unauthenticated_is_the_role_of_callers_on_this_machine) {
  const std::vector<std::string> roles = {"none", "read", "operate", "admin"};
  for (int role = 0; role < 4; ++role) {
    start("unauthenticated: " + roles[std::size_t(role)] + ", ");
    expect_role(role, [&](const std::string& route) { return over_loopback(route); });
    expect_role(
        0,
        [&](const std::string& route) {
          return over_loopback(route, "X-Forwarded-For: 192.0.2.1\r\n");
        },
        false);
    EXPECT_EQ(log().find("gives the role 'admin' without a login") != std::string::npos, role == 3)
        << log();
    end_host();
  }
  start("unauthenticated: read, allow_unauthenticated: true, ");
  expect_role(1, [&](const std::string& route) {
    return over_loopback(route, "X-Forwarded-For: 192.0.2.1\r\n");
  });
  end_host();
  start("unauthenticated: read, tokens: { ci: admin-token-0123456789 }, ");
  expect_role(1, [&](const std::string& route) { return over_loopback(route); });
  expect_role(3, [&](const std::string& route) {
    return over_loopback(route, "Authorization: Bearer admin-token-0123456789\r\n");
  });
}

TEST_F(DefaultAccess, A_refused_change_names_the_ways_in_and_the_log_does_too) {
  start();
  const Answer refused = create();
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.header("WWW-Authenticate"), "");
  const std::string message = json::parse(refused.body)["message"];
  for (const std::string& part :
       {std::string("role"), socket_path(), folder + "/state/admin-secret"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_NE(log().find(part), std::string::npos) << log();
  }
  EXPECT_EQ((message + log()).find(secret()), std::string::npos);
}

TEST_F(DefaultAccess, The_commands_find_the_socket_by_themselves) {
  start("unauthenticated: none, ");
  EXPECT_EQ(http_get(admin_port, "/connectors").status, 401);
  EXPECT_EQ(http_get(admin_port, "/health").status, 200);
  const Finished paused = command({"pause", "numbers", "--wait"});
  EXPECT_EQ(paused.code, 0) << paused.output;
  const Finished reloaded = command({"reload"});
  EXPECT_EQ(reloaded.code, 0) << reloaded.output;
  EXPECT_EQ(run({CONNECTOR_HOST, "status", "--url", "unix:" + socket_path()}).code, 0);
  EXPECT_NE(
      log().find("uid " + std::to_string(geteuid()) + ": PUT /connectors/numbers/pause -> 202"),
      std::string::npos)
      << log();
}

TEST_F(DefaultAccess, Without_a_state_directory_it_is_all_in_the_runtime_folder) {
  std::ofstream(folder + "/in-the-way") << "a file";
  start("", "in-the-way/state", {{"XDG_RUNTIME_DIR", folder}});
  struct stat status{};
  ASSERT_EQ(stat((folder + "/connector-host").c_str(), &status), 0) << log();
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  EXPECT_NE(log().find(folder + "/connector-host/admin.sock"), std::string::npos) << log();
  EXPECT_EQ(command({"reload"}).code, 0) << "whatever the folder is";
}

TEST_F(DefaultAccess, A_killed_hosts_socket_is_taken_over_and_a_stopped_ones_is_gone) {
  start();
  const std::string first = secret();
  host->signal(SIGKILL);
  host->wait(10s);
  EXPECT_EQ(access(socket_path().c_str(), F_OK), 0);
  start();
  EXPECT_EQ(by_socket("POST /admin/reload"), 200);
  EXPECT_EQ(secret(), first);
  end_host();
  EXPECT_NE(access(socket_path().c_str(), F_OK), 0);
}

TEST_F(DefaultAccess, The_socket_can_be_elsewhere_or_not_at_all) {
  start("socket: door, ");
  EXPECT_EQ(access((folder + "/door").c_str(), F_OK), 0) << "beside the topology file";
  EXPECT_EQ(command({"reload"}).code, 0);
  end_host();
  start("socket: none, ");
  EXPECT_EQ(command({"reload"}).code, 1);
  EXPECT_EQ(over_loopback("POST /admin/reload", basic()), 200);
  end_host();
  std::ofstream(folder + "/door") << "in the way";
  std::ofstream(folder + "/bad.yaml") << "connectors:\n  n:\n    id: none\n    source: { type: "
                                         "generator }\n    sink: { type: 'null' }\n"
                                      << "http: { listen: 127.0.0.1:0 }\nadmin: { listen: "
                                         "127.0.0.1:0, socket: door }\nstate_dir: s\n";
  const Finished refused = run({CONNECTOR_HOST, "--topology", folder + "/bad.yaml"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.output.find("there is a file of that name"), std::string::npos)
      << refused.output;
}

// What another user of this machine reaches: the port, and not the socket or the secret.
TEST_F(DefaultAccess, Another_user_operates_and_changes_nothing) {
  if (geteuid() != 0) return;  // only root can try what it is to be another
  start();
  ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
  ASSERT_EQ(chmod((folder + "/state").c_str(), 0755), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0) _exit(10);
    if (access((folder + "/state/admin-secret").c_str(), R_OK) == 0) _exit(11);
    try {
      RawClient client(socket_path());
      _exit(12);
    } catch (const std::exception&) {
    }
    if (over_loopback("PUT /connectors/numbers/pause") != 202) _exit(13);
    if (create().status != 401) _exit(14);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  ASSERT_EQ(chmod(socket_path().c_str(), 0666), 0);
  const pid_t at_socket = fork();
  if (at_socket == 0) {
    if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0) _exit(10);
    if (by_socket("GET /connectors") != 200) _exit(15);
    _exit(by_socket("POST /admin/reload") == 401 ? 0 : 16);
  }
  ASSERT_EQ(waitpid(at_socket, &status, 0), at_socket);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "who it is counts, not that it got there: " << WEXITSTATUS(status);
}

TEST_F(DefaultAccess, Validation_without_a_login_is_bounded_in_rate) {
  start();
  int refused = 0;
  for (int i = 0; i < 60; ++i)
    refused += over_loopback("PUT /connector-plugins/generator/config/validate") == 429;
  EXPECT_GT(refused, 0);
  EXPECT_EQ(over_loopback("GET /connectors"), 200);
  for (int i = 0; i < 60; ++i)
    EXPECT_NE(by_socket("PUT /connector-plugins/generator/config/validate"), 429);
}

}  // namespace
}  // namespace integration
