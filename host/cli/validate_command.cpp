#include <iostream>

#include "host/cli/commands.hpp"
#include "host/cli/topology_input.hpp"

namespace connector_host::cli {

int validate_command(const CommandLine& command_line) {
  TopologyInput input(command_line);
  const auto config = input.load();
  if (!config) return exit_config;
  if (command_line.json)
    std::cout << "{\"problems\":[]}" << std::endl;
  else
    std::cout << command_line.topology << ": ok, " << config->connectors.size() << (config->connectors.size() == 1 ? " connector" : " connectors") << std::endl;
  return exit_ok;
}

}  // namespace connector_host::cli
