#include "host/cli/topology_input.hpp"

#include <cstdlib>
#include <iostream>

#include "host/cli/plugin_paths.hpp"
#include "host/topology/topology_loader.hpp"

namespace connector_host::cli {
namespace {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

TopologyInput::TopologyInput(const CommandLine& command_line) : command_line_(command_line), adapter_(catalog_, plugin_paths(command_line.plugin_paths)) {}

std::optional<topology::TopologyConfig> TopologyInput::load() {
  topology::LoadedTopology loaded = topology::TopologyLoader(adapter_, environment).load_file(command_line_.topology);
  if (loaded.config) return std::move(loaded.config);
  if (command_line_.json) {
    std::cout << "{\"problems\":[";
    for (std::size_t i = 0; i < loaded.problems.size(); ++i) std::cout << (i ? "," : "") << loaded.problems[i].json();
    std::cout << "]}" << std::endl;
  } else {
    for (const topology::Problem& each : loaded.problems) std::cerr << each.line() << '\n';
  }
  return std::nullopt;
}

}  // namespace connector_host::cli
