#pragma once
// PathGrants: which files a configuration over REST may name in options that are paths
// (CONNECTOR_OPT_DATA_PATH and CONNECTOR_OPT_CREDENTIAL_PATH).
//
// A caller with the role admin must not read the host's files by a connector. So a path has to be
// below admin.file_roots or admin.credential_roots, or be the value that the topology file has for
// the same option of the same type of component of the connector of the same name. References are
// another matter: ReferenceGrants. Immutable; any thread.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "host/topology/component_catalog.hpp"
#include "host/topology/connector_loader.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

class PathGrants {
 public:
  PathGrants() = default;
  PathGrants(const TopologyConfig& topology, ComponentCatalog& catalog);

  // Of a configuration that came over REST: confines each component, and returns what may not be
  // opened.
  std::vector<KeyProblem> confine(ConnectorConfig& config, ComponentCatalog& catalog) const;

 private:
  // Kind and type of the component, key of the option ("path", "properties.ssl.ca.location"),
  // value.
  using Use = std::tuple<std::uint32_t, std::string, std::string, std::string>;

  std::vector<KeyProblem> confine(const std::set<Use>& known, std::uint32_t kind, const std::string& prefix, ComponentConfig& component,
                                  ComponentCatalog& catalog) const;

  files::Confinement roots_;
  std::map<std::string, std::set<Use>> uses_;  // by connector
};

}  // namespace connector_host::topology
