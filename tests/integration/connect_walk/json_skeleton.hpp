#pragma once
// The skeleton of a JSON value: what a client's decoder relies on, without the values.
//
//   "string" "integer" "number" "boolean" "null"     a scalar
//   {"name": S, "trace?": S}                         an object; "?": in some elements of an array
//   only
//   {"*": S}                                         an object with keys of somebody's choice
//   [S] or []                                        an array: the union of its elements, or an
//   empty one
//   {"|": [S, ...]}                                  one of these kinds
//
// Pure functions.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace integration {

// maps: the pointers of objects with free keys, beside those under "config", "partition" and
// "offset".
nlohmann::json skeleton_of(const nlohmann::json& value, const std::set<std::string>& maps = {});

// What a client that reads `expected` would miss in `got`, one line each. More members are no
// difference.
std::vector<std::string> missing_in(const nlohmann::json& got, const nlohmann::json& expected);

}  // namespace integration
