#pragma once
// ComponentReader: reads one component of a topology: its type, and the options that the plugin of that type declares.
// One thread, one load.
#include <cstdint>
#include <string>
#include <vector>

#include "host/topology/component_catalog.hpp"
#include "host/topology/option_reader.hpp"

namespace connector_host::topology {

class ComponentReader {
 public:
  ComponentReader(ComponentCatalog& catalog, std::vector<std::string> searched, const OptionReader& options, const ScalarReader& scalars, Problems& problems)
      : catalog_(catalog), searched_(std::move(searched)), options_(options), scalars_(scalars), problems_(problems) {}

  // host_keys: what the host reads from the same mapping, so not the plugin's and not unknown. The result is complete
  // only when no problem was reported.
  ComponentConfig read(const Node& node, std::uint32_t kind, const std::string& path, const OptionTable& host_keys) const;

 private:
  const connector_component* find(const Node& node, std::uint32_t kind, const std::string& path, ComponentConfig& out) const;
  void report_unknown(const Scalar& type, Position at, std::uint32_t kind, const std::string& path) const;
  // That a plugin of another kind has this type; empty: none has.
  std::string other_kinds(const std::string& type, std::uint32_t kind) const;
  void report_clashes(const OptionTable& declared, const std::vector<std::string>& host_names, Position at, const std::string& path,
                      const std::string& plugin) const;

  ComponentCatalog& catalog_;
  std::vector<std::string> searched_;
  const OptionReader& options_;
  const ScalarReader& scalars_;
  Problems& problems_;
};

}  // namespace connector_host::topology
