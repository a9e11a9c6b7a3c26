#include "host/cli/topology_input.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "host/cli/offline_services.hpp"
#include "host/cli/plugin_paths.hpp"
#include "host/runtime/component_trial.hpp"

namespace connector_host::cli {
namespace {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

TopologyInput::TopologyInput(const CommandLine& command_line)
    : command_line_(command_line), catalog_({.scratch = plugin_scratch_paths()}), adapter_(catalog_, plugin_paths(command_line.plugin_paths)) {}

std::optional<topology::TopologyConfig> TopologyInput::load() {
  topology::LoadedTopology loaded = read();
  if (loaded.config) loaded.problems = refused_by_plugins(*loaded.config);
  if (loaded.problems.empty()) {
    accept(loaded);
    return std::move(loaded.config);
  }
  if (command_line_.json) {
    std::cout << "{\"problems\":[";
    for (std::size_t i = 0; i < loaded.problems.size(); ++i) std::cout << (i ? "," : "") << loaded.problems[i].json();
    std::cout << "]}" << std::endl;
  } else {
    for (const topology::Problem& each : loaded.problems) std::cerr << each.line() << '\n';
  }
  return std::nullopt;
}

std::vector<topology::Problem> TopologyInput::refused_by_plugins(const topology::TopologyConfig& config) {
  OfflineServices offline(adapter_);
  runtime::ComponentTrial trial(offline.services());
  for (const topology::ConnectorConfig& each : config.connectors) trial.look_at(each);
  warnings_ = trial.warnings();
  return trial.problems();
}

topology::LoadedTopology TopologyInput::read() {
  std::lock_guard lock(mutex_);
  return topology::TopologyLoader(adapter_, environment).load_file(command_line_.topology);
}

void TopologyInput::accept(const topology::LoadedTopology& topology) {
  std::lock_guard lock(mutex_);
  grants_ = topology::ReferenceGrants(*topology.config, folder(), adapter_);
  path_grants_ = topology::PathGrants(*topology.config, adapter_);
  plugin_dirs_ = topology.config->plugin_dirs;
}

void TopologyInput::use_accepted_plugins() {
  std::lock_guard lock(mutex_);
  adapter_.use_directories(plugin_dirs_);
}

std::vector<std::string> TopologyInput::plugin_dirs() {
  std::lock_guard lock(mutex_);
  return plugin_dirs_;
}

topology::LoadedConnector TopologyInput::load_connector(const std::string& name, const topology::FlatConfig& flat, runtime::Origin origin) {
  std::lock_guard lock(mutex_);
  topology::LoadedConnector loaded = topology::ConnectorLoader(adapter_, plugin_dirs_, references(origin)).load(name, flat);
  if (origin == runtime::Origin::file || !loaded.config) return loaded;
  loaded.problems = grants_.problems(*loaded.config, adapter_);
  if (loaded.problems.empty()) loaded.problems = path_grants_.confine(*loaded.config, adapter_);
  if (!loaded.problems.empty()) loaded.config.reset();
  return loaded;
}

// What is good for nothing over REST is not even read.
topology::References TopologyInput::references(runtime::Origin origin) const {
  if (origin == runtime::Origin::file) return {environment, folder()};
  return {environment,
          folder(),
          {[this](const std::string& name) { return grants_.knows_variable(name); }, [this](const std::string& path) { return grants_.knows_file(path); }}};
}

std::string TopologyInput::folder() const {
  const std::string folder = std::filesystem::path(command_line_.topology).parent_path().string();
  return folder.empty() ? "" : folder + "/";
}

}  // namespace connector_host::cli
