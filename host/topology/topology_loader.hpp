#pragma once
// TopologyLoader: from a topology file to a TopologyConfig, or to everything that is wrong with it at once.
//
// It reads files and variables, and nothing else of the world: no network, no plugin is created. It never throws for
// what a file may hold. Relative paths in a topology (state_dir, plugin_dirs, ${file:...}) are beside the topology file.
// One thread at a time; whoever makes it owns the catalog.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/topology/component_catalog.hpp"
#include "host/topology/problem.hpp"
#include "host/topology/references.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

struct LoadedTopology {
  std::optional<TopologyConfig> config;  // exactly when there are no problems
  std::vector<Problem> problems;         // in the order of the file
};

class TopologyLoader {
 public:
  TopologyLoader(ComponentCatalog& catalog, References::Lookup variables) : catalog_(catalog), variables_(std::move(variables)) {}

  LoadedTopology load_file(const std::string& path);
  // file: for messages, and where relative paths begin; it need not exist.
  LoadedTopology load_text(std::string_view text, const std::string& file);

 private:
  ComponentCatalog& catalog_;
  References::Lookup variables_;
};

}  // namespace connector_host::topology
