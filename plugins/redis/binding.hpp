#pragma once
// The binding of a scope in Redis: the id of its key and the form of its value.
//
// A host never makes such an id: in a scope '%' stands before 3A or 25 only, and an id without a
// scope begins with '#' only before a digit, '-' or '#' (host/pipeline/id_rule.hpp). Neither value
// is a claim or a commit, so no version of this plugin takes a binding for one. Pure functions; any
// thread.
#include <optional>
#include <string>
#include <string_view>

namespace connector_host_plugins::redis {

inline constexpr std::string_view binding_id_start = "#%bound:";
inline constexpr std::string_view binding_value_start = "bound:";

// The id that key_template makes the key of.
inline std::string binding_id(std::string_view scope) {
  return std::string(binding_id_start) + std::string(scope);
}
inline std::string binding_value(std::string_view identity) {
  return std::string(binding_value_start) + std::string(identity);
}
// Nothing: the value is not a binding.
inline std::optional<std::string> bound_identity(std::string_view value) {
  if (!value.starts_with(binding_value_start)) return std::nullopt;
  return std::string(value.substr(binding_value_start.size()));
}

}  // namespace connector_host_plugins::redis
