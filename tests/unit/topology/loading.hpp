#pragma once
// Loading: loads topology texts with a FakeCatalog and made-up variables, for the tests in this
// folder.
#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/topology/topology_loader.hpp"
#include "tests/unit/topology/fake_catalog.hpp"

namespace connector_host::topology {

struct Loading {
  FakeCatalog catalog;
  std::map<std::string, std::string> variables;

  References::Lookup lookup() {
    return [this](const std::string& name) {
      return variables.contains(name) ? std::optional(variables[name]) : std::nullopt;
    };
  }
  LoadedTopology text(const std::string& yaml) {
    return TopologyLoader(catalog, lookup()).load_text(yaml, "t.yaml");
  }
  LoadedTopology file(const std::string& path) {
    return TopologyLoader(catalog, lookup()).load_file(path);
  }

  // A topology around the options of one sink of type every-type: "integer: 5\nstring: x".
  static std::string around(const std::string& options) {
    std::string out =
        "connectors:\n  x:\n    source: { type: nothing }\n    sink:\n      type: every-type\n";
    for (std::size_t at = 0; at < options.size();) {
      const std::size_t end = std::min(options.find('\n', at), options.size());
      out += "      " + options.substr(at, end - at) + "\n";
      at = end + 1;
    }
    return out;
  }
  // One option's normalised value.
  nlohmann::json value(const std::string& name, const std::string& yaml) {
    const auto loaded = text(around(name + ": " + yaml));
    return loaded.config ? nlohmann::json::parse(loaded.config->connectors.at(0).sink.json).at(name)
                         : nlohmann::json(lines(loaded));
  }
  // The one-line forms of all problems.
  static std::vector<std::string> lines(const LoadedTopology& loaded) {
    std::vector<std::string> out;
    for (const Problem& problem : loaded.problems) out.push_back(problem.line());
    return out;
  }
};

}  // namespace connector_host::topology
