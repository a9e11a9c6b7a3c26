// The protection of the process's memory, and what has to work under it for a user without rights.
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sstream>

#include "host/cli/process_privacy.hpp"
#include "tests/integration/rest_fixture.hpp"
#include "tests/integration/unprivileged_host.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

constexpr bool protects = connector_host::cli::ProcessPrivacy::built_in;
constexpr auto canary = "open-sesame";

// Of RLIMIT_CORE, which the host inherits: the hard limit for both, so that 0 is a change.
void raise_core_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_CORE, &limit);
}

class PrivacyTest : public RestTest {
 protected:
  void SetUp() override {
    RestTest::SetUp();
    raise_core_limit();
    installed.emplace(folder);
  }

  void start_unprivileged(const Environment& environment = {}) {
    host = std::make_unique<Program>(installed->run_command(topology), environment,
                                     folder + "/host.log");
    ASSERT_TRUE(eventually([&] { return http_get(admin_port, "/").status == 200; }, 30s)) << log();
  }
  std::string of_host(const std::string& file) const {
    return "/proc/" + std::to_string(host->pid()) + "/" + file;
  }
  // As another process of the host's user.
  static Finished read(const std::string& file) {
    return run(UnprivilegedHost::as_user({"/bin/cat", file}));
  }
  // "0 0": the soft and the hard limit.
  std::string core_limits() const {
    const std::string all = file_text(of_host("limits")), name = "Max core file size";
    std::istringstream line(all.substr(all.find(name) + name.size()));
    std::string soft, hard;
    line >> soft >> hard;
    return soft + " " + hard;
  }
  void add_plugin(const std::string& from, const std::string& name) const {
    std::filesystem::copy_file(from, installed->more_plugins() + "/" + name);
    ASSERT_EQ(ask("POST", "/admin/plugins/rescan").status, 200) << log();
  }
  // The error of a plugin; "": it is usable, "?": it is not listed.
  std::string plugin_error(const std::string& name) const {
    const json all = get("/admin/plugins");
    for (const json& each : all["plugins"]) {
      if (each["path"].get<std::string>().ends_with("/" + name))
        return each["error"].is_null() ? "" : each["error"].get<std::string>();
    }
    return "?";
  }

  std::optional<UnprivilegedHost> installed;
};

TEST_F(PrivacyTest, Other_processes_of_its_user_cannot_read_its_environment) {
  write_topology(connector("a"));
  start_unprivileged({{"PASSWORD", canary}});
  const Finished read_as_user = read(of_host("environ"));
  EXPECT_EQ(read_as_user.code == 0, !protects) << read_as_user.output;
  EXPECT_EQ(read_as_user.output.find(canary) == std::string::npos, protects);
  EXPECT_EQ(run(UnprivilegedHost::as_user({"/bin/ls", of_host("fd/")})).code == 0, !protects);
  EXPECT_EQ(core_limits() == "0 0", protects) << core_limits();
  EXPECT_NE(log().find(protects ? "process memory: closed to" : "process memory: open to"),
            std::string::npos)
      << log();
  EXPECT_EQ(get("/admin/config")["debuggable"], false);
}

TEST_F(PrivacyTest, Debuggable_opens_it_and_changes_only_with_a_restart) {
  write_topology(connector("a"), "debuggable: true\n");
  start_unprivileged({{"PASSWORD", canary}});
  const Finished read_as_user = read(of_host("environ"));
  EXPECT_EQ(read_as_user.code, 0) << read_as_user.output;
  EXPECT_NE(read_as_user.output.find(canary), std::string::npos);
  rlimit own{};
  ::getrlimit(RLIMIT_CORE, &own);
  EXPECT_EQ(core_limits() == "0 0", own.rlim_max == 0) << core_limits();
  EXPECT_NE(log().find("process memory: open to"), std::string::npos) << log();
  write_topology(connector("a"));
  EXPECT_EQ(json::parse(ask("POST", "/admin/reload").body)["needs_restart"],
            json::array({"debuggable"}));
  EXPECT_EQ(get("/admin/config")["debuggable"], true);
}

// A server that never answers, so that the command runs for as long as it is looked at.
TEST_F(PrivacyTest, Commands_are_protected_too) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const Environment environment = {
      {"CONNECTOR_HOST_URL", "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port))},
      {"CONNECTOR_HOST_TOKEN", canary}};
  host =
      std::make_unique<Program>(installed->command({"status"}), environment, folder + "/host.log");
  EXPECT_TRUE(eventually([&] { return (core_limits() == "0 0") == protects; }, 20s))
      << core_limits() << log();
  EXPECT_EQ(read(of_host("environ")).code == 0, !protects) << log();
  EXPECT_TRUE(host->running()) << log();
  ::close(listener);
}

TEST_F(PrivacyTest, Without_rights_it_has_its_plugins_metrics_and_traces) {
  write_topology(connector("a"));
  start_unprivileged({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"}});
  for (const char* each :
       {"file.so", "generator.so", "kafka.so", "memory.so", "null.so", "rabbitmq.so", "redis.so"})
    EXPECT_EQ(plugin_error(each), "") << each;
  EXPECT_TRUE(moves("a")) << log();
  for (const char* each : {"process_open_fds", "process_resident_memory_bytes", "process_threads",
                           "process_start_time_seconds"})
    EXPECT_GT(metric(http_port, each), 0) << each;
  const bool has_module = std::filesystem::exists(folder + "/lib/connector-host/tracing.so");
  EXPECT_EQ(log().find("there are no traces") == std::string::npos, has_module) << log();
}

TEST_F(PrivacyTest, Without_rights_a_rescan_names_a_plugin_that_crashes_and_takes_one_that_works) {
  write_topology(connector("a"));
  start_unprivileged();
  add_plugin(CRASHING_CONSTRUCTOR, "crashing.so");
  EXPECT_NE(plugin_error("crashing.so").find("crashed with signal 11"), std::string::npos)
      << plugin_error("crashing.so");
  EXPECT_TRUE(moves("a")) << log();
  add_plugin(TRANSFORM_DIR "/trial_sink.so", "trial.so");
  EXPECT_EQ(plugin_error("trial.so"), "");
  const json to_file = config({{"sink.type", "trial"}, {"sink.path", folder + "/out"}});
  EXPECT_EQ(ask("PUT", "/connectors/b/config", to_file).status, 201) << log();
  EXPECT_TRUE(moves("b")) << log();
}

class UnprivilegedLineTest : public LineTest {};

TEST_F(UnprivilegedLineTest, Carries_every_event_between_servers_without_rights) {
  make_queue();
  make_topics();
  const UnprivilegedHost installed(folder);
  http_port = free_port();
  host = std::make_unique<Program>(installed.run_command(shipped_topology()), environment(),
                                   folder + "/host.log");
  const Plan all = plan(2000, 0.1, 0.02);
  publish(all);
  const Account account = verify_and_stop(all, 60);
  EXPECT_EQ(account.code, 0) << account.text << log();
  EXPECT_EQ(account.lost, 0);
}

}  // namespace
}  // namespace integration
