#pragma once
// ConfigKeys: the keys of a connector's flat configuration as Kafka Connect's clients read them (ConfigKeyInfo), made from
// the options that plugins and the host declare. Pure.
#include <map>
#include <string>
#include <vector>

#include "host/admin/json_answer.hpp"
#include "host/topology/component_catalog.hpp"
#include "host/topology/flat_config.hpp"

namespace connector_host::admin {

class ConfigKeys {
 public:
  // Keys of one component with its role in front: "source", "sink", "dedup", "transforms.NAME".
  void add_component(const connector_component& component, const std::string& role);
  // Keys that every connector has.
  void add_host_keys();
  // A key that nobody declares, so that what is said of it has a place.
  void add_unknown(const std::string& key);

  bool has(const std::string& key) const;
  const std::vector<Json>& definitions() const { return definitions_; }
  // The values that a key may have, where they can be counted; else an empty list.
  Json recommended(const std::string& key) const;
  Json groups() const;

  // All keys for the components that a configuration names.
  static ConfigKeys of(topology::ComponentCatalog& catalog, const topology::FlatConfig& flat);
  // What holds for a connector: what was written, without secrets, and the defaults of what was not.
  static Json effective(topology::ComponentCatalog& catalog, const topology::ConnectorConfig& config);

 private:
  void add(const connector_option& option, const std::string& prefix, const std::string& group);
  void add(Json definition);
  void recommend(const std::string& key, const std::vector<std::string>& values);

  std::vector<Json> definitions_;
  std::map<std::string, Json> recommended_;
};

}  // namespace connector_host::admin
