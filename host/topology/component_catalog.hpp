#pragma once
// ComponentCatalog: which components there are and what options they declare. What TopologyLoader and TopologySchema
// need of the loaded plugins, without knowing how they are found or loaded.
//
// Not the loader of plugins: runtime gives an implementation. Called by one thread at a time. Every pointer it gives
// lives as long as the process, as connector/abi.h says of a connector_plugin. No call throws.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"

namespace connector_host::topology {

class ComponentCatalog {
 public:
  virtual ~ComponentCatalog() = default;

  // Where to look from now on; called once per load, before anything is looked up. Absolute, or relative to the working
  // directory.
  virtual void use_directories(const std::vector<std::string>& directories) = 0;
  // Where it looks: these, and those that the process was given.
  virtual std::vector<std::string> directories() = 0;
  // kind: CONNECTOR_SOURCE, CONNECTOR_DEDUP, CONNECTOR_TRANSFORM or CONNECTOR_SINK. Null: there is none.
  virtual const connector_component* find(std::uint32_t kind, std::string_view type) = 0;
  virtual std::vector<std::string> types(std::uint32_t kind) = 0;
  // Why find had none, for a message: where it was looked for, and which libraries there could not be used. Empty: unknown.
  virtual std::string why_missing(std::uint32_t kind, std::string_view type) = 0;
};

}  // namespace connector_host::topology
