#include <iostream>

#include "host/cli/commands.hpp"
#include "host/cli/topology_input.hpp"
#include "host/topology/topology_schema.hpp"

namespace connector_host::cli {

int schema_command(const CommandLine& command_line) {
  TopologyInput input(command_line);
  input.components().use_directories({});
  std::cout << topology::TopologySchema::build(input.components()) << std::endl;
  return exit_ok;
}

}  // namespace connector_host::cli
