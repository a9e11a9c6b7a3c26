#pragma once
// From declared options to JSON Schema (draft 2020-12). Pure functions; internal to topology, for it shows nlohmann/json.
#include <nlohmann/json.hpp>

#include "host/topology/option_limits.hpp"

namespace connector_host::topology {

// One option: its type or a text with a reference, its limits, default and help.
nlohmann::ordered_json option_schema(const connector_option& option);

// The `properties` and `required` of a mapping with these options.
void add_options(const OptionTable& table, nlohmann::ordered_json& mapping_schema);

// A text that holds ${...}: anything may be behind it.
nlohmann::ordered_json reference_schema();

}  // namespace connector_host::topology
