#pragma once
// ConnectorReader: reads one connector of a topology, and checks what its parts demand of each other. One thread, one
// load.
#include "host/topology/component_reader.hpp"
#include "host/topology/id_reader.hpp"
#include "host/topology/option_reader.hpp"

namespace connector_host::topology {

class ConnectorReader {
 public:
  ConnectorReader(const ComponentReader& components, const OptionReader& options, const IdReader& ids, Problems& problems)
      : components_(components), options_(options), ids_(ids), problems_(problems) {}

  // node: the child of `connectors`. The result is complete only when no problem was reported.
  ConnectorConfig read(const Node& node) const;

 private:
  void read_keys(const Node& node, const std::string& path, ConnectorConfig& out) const;
  void read_sections(const Node& node, const std::string& path, ConnectorConfig& out) const;
  void read_components(const Node& node, const std::string& path, ConnectorConfig& out) const;
  void read_transforms(const Node& node, const std::string& path, ConnectorConfig& out) const;
  ComponentConfig read_dead_letter(const Node& node, const std::string& path, ConnectorConfig& owner) const;
  DedupConfig read_dedup(const Node& node, const std::string& path, ConnectorConfig& owner) const;
  ComponentConfig read_required(const Node& node, const char* key, std::uint32_t kind, const std::string& path) const;
  void check_transform_name(const Node& node, const std::string& path, const std::vector<ComponentConfig>& so_far) const;
  void check_name(const Node& node, const std::string& path) const;
  std::optional<std::chrono::milliseconds> read_retry_timeout(const Node& node, const std::string& path, const OptionValues& errors) const;
  void check_hold_max(const Node& node, const std::string& path, const OptionValues& values) const;
  // Reports when the time `lesser` is not below (or, where equal ones may be, above) the time `greater`.
  void check_order(const Node& node, const std::string& path, const OptionValues& values, const char* lesser, const char* greater, bool may_be_equal) const;

  const ComponentReader& components_;
  const OptionReader& options_;
  const IdReader& ids_;
  Problems& problems_;
};

}  // namespace connector_host::topology
