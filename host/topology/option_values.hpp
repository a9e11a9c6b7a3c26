#pragma once
// OptionValues: the options of one table as OptionReader found them. Internal to topology, for it shows nlohmann/json.
// Plain data.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

struct OptionValues {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();  // every option of the table; null: not set, or a problem
  RawValues raw;
  std::vector<std::string> secrets;

  // The caller asks for the type that the table declares; `otherwise` when the option is null.
  template <class T>
  T get(const char* name, T otherwise) const {
    const auto& value = json.at(name);
    return value.is_null() ? otherwise : value.template get<T>();
  }
  bool has(const char* name) const { return !json.at(name).is_null(); }
};

}  // namespace connector_host::topology
