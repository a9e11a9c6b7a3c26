#pragma once
// ConnectorLoader: from a connector's flat configuration to a ConnectorConfig, or to everything that is wrong with it at
// once, each problem with the key that it is about. For configurations that come over REST, and for reading the secrets
// of a connector afresh.
//
// It reads the files and variables that its References allow, and nothing else of the world. One thread at a time;
// whoever makes it owns the catalog.
#include <optional>
#include <string>
#include <vector>

#include "host/topology/component_catalog.hpp"
#include "host/topology/flat_config.hpp"
#include "host/topology/references.hpp"

namespace connector_host::topology {

struct KeyProblem {
  std::string key;  // "source.queue"; empty: the connector as a whole
  std::string what;
  std::string fix;
  std::string code = {};  // "T030", see problem_code.hpp; empty: not of the loader

  // key: what; fix
  std::string line() const;
};

struct LoadedConnector {
  std::optional<ConnectorConfig> config;  // exactly when there are no problems
  std::vector<KeyProblem> problems;
};

class ConnectorLoader {
 public:
  // searched: the plugin directories, for messages.
  ConnectorLoader(ComponentCatalog& catalog, std::vector<std::string> searched, References references)
      : catalog_(catalog), searched_(std::move(searched)), references_(std::move(references)) {}

  LoadedConnector load(const std::string& name, const FlatConfig& flat);

 private:
  ComponentCatalog& catalog_;
  const std::vector<std::string> searched_;
  const References references_;
};

}  // namespace connector_host::topology
