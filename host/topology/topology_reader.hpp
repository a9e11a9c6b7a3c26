#pragma once
// TopologyReader: from the tree of a topology file to a TopologyConfig. Knows the shape of the whole; what one connector
// looks like is ConnectorReader's. One thread, one load.
#include <string>

#include "host/topology/component_catalog.hpp"
#include "host/topology/option_reader.hpp"
#include "host/topology/references.hpp"

namespace connector_host::topology {

class TopologyReader {
 public:
  // folder: of the topology file, for relative paths.
  TopologyReader(ComponentCatalog& catalog, const References& references, std::string folder, Problems& problems)
      : catalog_(catalog),
        references_(references),
        scalars_(references, problems),
        options_(scalars_, problems),
        folder_(std::move(folder)),
        problems_(problems) {}

  // Complete only when no problem was reported.
  TopologyConfig read(const Node& root);

 private:
  void read_top(const Node& root, TopologyConfig& out) const;
  void read_listeners(const Node& root, TopologyConfig& out) const;
  void read_log(const Node& root, TopologyConfig& out) const;
  void read_metrics(const Node& root, TopologyConfig& out) const;
  void read_connectors(const Node& root, TopologyConfig& out);
  void check_file_roots(const Node& root, TopologyConfig& out);

  ComponentCatalog& catalog_;
  const References& references_;
  ScalarReader scalars_;
  OptionReader options_;
  std::string folder_;
  Problems& problems_;
};

}  // namespace connector_host::topology
