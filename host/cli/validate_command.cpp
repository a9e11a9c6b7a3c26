#include <iostream>
#include <nlohmann/json.hpp>

#include "host/cli/commands.hpp"
#include "host/cli/topology_input.hpp"

namespace connector_host::cli {

int validate_command(const CommandLine& command_line) {
  TopologyInput input(command_line);
  const auto config = input.load();
  if (!config) return exit_config;
  if (command_line.json) {
    std::cout << nlohmann::ordered_json{{"problems", nlohmann::ordered_json::array()}, {"warnings", input.warnings()}}.dump() << std::endl;
    return exit_ok;
  }
  for (const std::string& each : input.warnings()) std::cerr << each << '\n';
  std::cout << command_line.topology << ": ok, " << config->connectors.size() << (config->connectors.size() == 1 ? " connector" : " connectors") << std::endl;
  return exit_ok;
}

}  // namespace connector_host::cli
