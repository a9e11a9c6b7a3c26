#pragma once
// From a Scalar to the JSON value that a component's create gets, by the option's declared type and limits. Pure
// functions; internal to topology, for it shows nlohmann/json.
#include <nlohmann/json.hpp>
#include <variant>

#include "connector/abi.h"
#include "host/topology/complaint.hpp"
#include "host/topology/scalar.hpp"

namespace connector_host::topology {

using Json = nlohmann::ordered_json;
using Converted = std::variant<Json, Complaint>;

// STRING, INTEGER, NUMBER, BOOLEAN, DURATION and SIZE; of LIST one item.
Converted to_json(const connector_option& option, const Scalar& scalar);

// The option's default by the same rules; null when it has none.
Converted default_of(const connector_option& option);

// The items of a list that was written as one text: a,b,c.
std::vector<std::string> split_list(std::string_view text);

}  // namespace connector_host::topology
