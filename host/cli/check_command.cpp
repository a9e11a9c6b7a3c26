#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/cli/commands.hpp"
#include "host/cli/offline_services.hpp"
#include "host/cli/topology_input.hpp"
#include "host/plugin/instance.hpp"
#include "host/runtime/instance_host.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;
constexpr auto longest_check = 10s;

struct Finding {
  std::string connector, role, type, message;
  connector_code code = CONNECTOR_OK;
  double milliseconds = 0;
};

// One look at every dependency of a topology, each by an instance of its own.
class Checker {
 public:
  explicit Checker(TopologyInput& input) : offline_(input.components()) {}

  void look_at(const topology::ConnectorConfig& config) {
    look_at(config.name, config.source, CONNECTOR_SOURCE, "source");
    if (config.dedup) look_at(config.name, config.dedup->component, CONNECTOR_DEDUP, "dedup");
    look_at(config.name, config.sink, CONNECTOR_SINK, "sink");
    if (config.dead_letter) look_at(config.name, *config.dead_letter, CONNECTOR_SINK, "dead_letter");
  }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void look_at(const std::string& connector, const topology::ComponentConfig& config, std::uint32_t kind, const std::string& role) {
    Finding finding{connector, role, config.type, {}, CONNECTOR_OK, 0};
    const connector_component& component = *services_.find_component(kind, config.type);
    runtime::InstanceHost host(services_, component, runtime::InstancePlace{connector, 0, role, {}}, config);
    try {
      plugin::Instance instance(component, host.api(), config.json);
      const world::Time begin = services_.world.now();
      const plugin::CallResult result = instance.check(longest_check);
      finding.milliseconds = std::chrono::duration<double, std::milli>(services_.world.now() - begin).count();
      finding.code = result.code;
      finding.message = services_.scrubber.scrub(result.message);
    } catch (const std::runtime_error& error) {
      finding.code = CONNECTOR_BAD_CONFIG;
      finding.message = services_.scrubber.scrub(error.what());
    }
    findings_.push_back(std::move(finding));
  }

  OfflineServices offline_;
  runtime::HostServices& services_ = offline_.services();
  std::vector<Finding> findings_;
};

const char* verdict(connector_code code) {
  if (code == CONNECTOR_OK) return "ok";
  return code == CONNECTOR_BAD_CONFIG || code == CONNECTOR_FATAL || code == CONNECTOR_REJECTED ? "refused" : "unreachable";
}

void print(const Finding& finding) {
  std::cout << std::left << std::setw(20) << finding.connector << std::setw(13) << finding.role << std::setw(12) << finding.type << std::setw(13)
            << verdict(finding.code) << std::fixed << std::setprecision(1) << finding.milliseconds << " ms"
            << (finding.message.empty() ? "" : "  " + finding.message) << '\n';
}

int exit_code(const std::vector<Finding>& findings) {
  int code = exit_ok;
  for (const Finding& each : findings) {
    const std::string found = verdict(each.code);
    if (found == "refused") return exit_config;
    if (found == "unreachable") code = exit_unreachable;
  }
  return code;
}

}  // namespace

int check_command(const CommandLine& command_line) {
  TopologyInput input(command_line);
  const auto config = input.load();
  if (!config) return exit_config;
  Checker checker(input);
  for (const topology::ConnectorConfig& each : config->connectors) checker.look_at(each);
  if (command_line.json) {
    Json all = Json::array();
    for (const Finding& each : checker.findings()) {
      all.push_back({{"connector", each.connector},
                     {"dependency", each.role},
                     {"type", each.type},
                     {"result", verdict(each.code)},
                     {"milliseconds", each.milliseconds},
                     {"message", each.message}});
    }
    std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << std::endl;
  } else {
    for (const Finding& each : checker.findings()) print(each);
  }
  return exit_code(checker.findings());
}

}  // namespace connector_host::cli
