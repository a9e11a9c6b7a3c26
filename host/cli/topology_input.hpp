#pragma once
// TopologyInput: the plugins and the topology that a command works with, or what is wrong with them on stderr.
#include <optional>
#include <string>

#include "host/cli/command_line.hpp"
#include "host/plugin/plugin_catalog.hpp"
#include "host/runtime/catalog_adapter.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::cli {

class TopologyInput {
 public:
  explicit TopologyInput(const CommandLine& command_line);

  // Nothing: every problem was printed (to stdout as JSON when --json, else to stderr).
  std::optional<topology::TopologyConfig> load();
  plugin::PluginCatalog& catalog() { return catalog_; }
  runtime::CatalogAdapter& components() { return adapter_; }

 private:
  const CommandLine& command_line_;
  plugin::PluginCatalog catalog_;
  runtime::CatalogAdapter adapter_;
};

}  // namespace connector_host::cli
