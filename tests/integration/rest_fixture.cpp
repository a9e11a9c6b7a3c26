#include "tests/integration/rest_fixture.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

namespace integration {

using namespace std::chrono_literals;

void RestTest::SetUp() {
  http_port = free_port();
  admin_port = free_port();
  topology = folder + "/t.yaml";
}

void RestTest::write_topology(const std::string& connectors, const std::string& more) const {
  std::ofstream(topology) << "connectors:\n"
                          << connectors << "http: { listen: 127.0.0.1:" << http_port
                          << " }\nadmin: { unauthenticated: admin, listen: 127.0.0.1:" << admin_port
                          << (admin_keys.empty() ? "" : ", ") << admin_keys
                          << " }\nstate_dir: " << folder << "/state\n"
                          << more;
}

void RestTest::start(const std::vector<std::string>& more_arguments) {
  std::vector<std::string> command = {CONNECTOR_HOST, "--topology", topology};
  command.insert(command.end(), more_arguments.begin(), more_arguments.end());
  host = std::make_unique<Program>(command, Environment{}, folder + "/host.log");
  ASSERT_TRUE(eventually([&] { return http_get(admin_port, "/").status == 200; }, 20s)) << log();
}

void RestTest::kill_and_start() {
  host->signal(SIGKILL);
  ASSERT_TRUE(host->wait(10s).has_value());
  start();
}

Answer RestTest::ask(const std::string& method, const std::string& path, const json& body) const {
  if (body.is_null()) return http_ask(admin_port, {method, path}, 20s);
  return http_ask(admin_port, {method, path, body.dump(), {{"Content-Type", "application/json"}}},
                  20s);
}

std::string RestTest::state(const std::string& name) const {
  const json all = status(name);
  return all.is_object() && all.contains("connector") ? all["connector"]["state"].get<std::string>()
                                                      : "";
}

bool RestTest::reaches(const std::string& name, const std::string& state) const {
  return eventually(
      [&] {
        const json all = status(name);
        if (!all.is_object() || !all.contains("tasks") || all["connector"]["state"] != state ||
            (all["tasks"].empty() && state != "STOPPED"))
          return false;
        return std::all_of(all["tasks"].begin(), all["tasks"].end(),
                           [&](const json& task) { return task["state"] == state; });
      },
      30s);
}

std::int64_t RestTest::records(const std::string& name, const std::string& what) const {
  const json all = status(name);
  return all.is_object() && all.contains("records") ? all["records"][what].get<std::int64_t>() : -1;
}

bool RestTest::moves(const std::string& name) const {
  const std::int64_t before = records(name, "delivered");
  return eventually([&] { return records(name, "delivered") > before; }, 20s);
}

double RestTest::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(host->pid()) + "/statm");
  long size = 0, resident = 0;
  statm >> size >> resident;
  return double(resident) * double(::sysconf(_SC_PAGESIZE));
}

json RestTest::config(const json& more) {
  json all = {{"connector.class", "generator"}, {"source.rate", "1000"}, {"sink.type", "null"}};
  if (!more.contains("id.json")) all["id"] = "none";
  all.update(more);
  return all;
}

std::string RestTest::connector(const std::string& name, const std::string& rate) {
  return "  " + name + ":\n    id: none\n    source: { type: generator, rate: " + rate +
         " }\n    sink: { type: 'null' }\n";
}

}  // namespace integration
