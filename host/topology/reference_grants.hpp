#pragma once
// ReferenceGrants: which variables and files a configuration over REST may refer to, and for what.
//
// Whoever may make a connector must not be able to read the host's secrets by it: a password in the option of another plugin, or
// beside another address, would be sent to whoever he says. So a reference is good for the use that the topology makes of it: the same
// option of the same type of component, with the same endpoint (CONNECTOR_OPT_ENDPOINT); an option that is an endpoint itself has to
// be written in the same way. A component that marks no endpoint and has secrets has to have the same options. admin.variables and
// admin.files grant more, by "type.option". Immutable; any thread.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/topology/component_catalog.hpp"
#include "host/topology/connector_loader.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

class ReferenceGrants {
 public:
  ReferenceGrants() = default;
  // folder: of the topology file; relative files are below it.
  ReferenceGrants(const TopologyConfig& topology, std::string folder, ComponentCatalog& catalog);

  // It is good for something: it may be read to load a configuration, which problems() looks at then. file: absolute and normal.
  bool knows_variable(const std::string& name) const;
  bool knows_file(const std::string& file) const;
  // Of a configuration that came over REST, by its keys.
  std::vector<KeyProblem> problems(const ConnectorConfig& config, ComponentCatalog& catalog) const;

 private:
  // One value of the topology that has references in it.
  struct Use {
    std::uint32_t kind;  // 0: the host's own key
    std::string type, option, text;
    std::set<std::string> names;  // variables, and files as absolute paths
    RawValues endpoints;          // of its component, without this option
  };
  using Granted = std::map<std::string, std::set<std::string>>;  // by name: "type.option"

  void learn(std::uint32_t kind, const std::string& type, const RawValues& raw, ComponentCatalog& catalog);
  void check(std::uint32_t kind, const std::string& prefix, const ComponentConfig& component, ComponentCatalog& catalog, std::vector<KeyProblem>& out) const;
  bool grants(const Use& wanted, const std::string& name, bool is_endpoint) const;
  std::set<std::string> names_in(const std::string& text) const;
  std::string absolute(const std::string& file) const;

  std::string folder_;
  std::vector<Use> uses_;
  Granted granted_;  // by admin.variables and admin.files; a folder ends in '/'
};

}  // namespace connector_host::topology
