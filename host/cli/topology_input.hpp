#pragma once
// TopologyInput: the plugins and the topology that a command works with, or what is wrong with them on stderr.
//
// It also reads configurations that come later: the topology again, and single connectors, which may refer to what the
// topology refers to when they come over REST. Reading is thread-safe.
#include <mutex>
#include <optional>
#include <string>

#include "host/cli/command_line.hpp"
#include "host/plugin/plugin_catalog.hpp"
#include "host/runtime/catalog_adapter.hpp"
#include "host/runtime/host_services.hpp"
#include "host/topology/connector_loader.hpp"
#include "host/topology/path_grants.hpp"
#include "host/topology/reference_grants.hpp"
#include "host/topology/topology_loader.hpp"

namespace connector_host::cli {

class TopologyInput {
 public:
  explicit TopologyInput(const CommandLine& command_line);

  // Nothing: every problem was printed (to stdout as JSON when --json, else to stderr).
  std::optional<topology::TopologyConfig> load();
  // Of the topology that load returned; lines for people.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // The file as it is now, nothing printed.
  topology::LoadedTopology read();
  // From now on what this topology refers to may be referred to over REST, and its roots hold for paths.
  void accept(const topology::LoadedTopology& topology);
  // Reading looks for plugins in the folders of what it reads; this goes back to those of the accepted topology.
  void use_accepted_plugins();
  std::vector<std::string> plugin_dirs();
  topology::LoadedConnector load_connector(const std::string& name, const topology::FlatConfig& flat, runtime::Origin origin);
  plugin::PluginCatalog& catalog() { return catalog_; }
  runtime::CatalogAdapter& components() { return adapter_; }

 private:
  std::vector<topology::Problem> refused_by_plugins(const topology::TopologyConfig& config);
  topology::References references(runtime::Origin origin) const;
  std::string folder() const;  // of the topology file, with the '/' at its end; empty: the working directory

  const CommandLine& command_line_;
  std::vector<std::string> warnings_;  // load's
  plugin::PluginCatalog catalog_;
  runtime::CatalogAdapter adapter_;
  std::mutex mutex_;                  // one reading at a time; guards the rest
  topology::ReferenceGrants grants_;  // over REST
  topology::PathGrants path_grants_;  // over REST
  std::vector<std::string> plugin_dirs_;
};

}  // namespace connector_host::cli
