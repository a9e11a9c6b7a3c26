#pragma once
// TopologySchema: the JSON Schema (draft 2020-12) of a whole topology, with the options of every plugin the catalog has,
// so that editors complete and check them. It accepts what TopologyLoader accepts, except spellings that only differ in
// case; what needs more than one place to see (a time below another) is left to the loader. Pure.
#include <string>

#include "host/topology/component_catalog.hpp"

namespace connector_host::topology {

struct TopologySchema {
  // Indented JSON text.
  static std::string build(ComponentCatalog& catalog);
};

}  // namespace connector_host::topology
