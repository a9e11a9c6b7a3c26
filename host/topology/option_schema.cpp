#include "host/topology/option_schema.hpp"

#include <cmath>

#include "connector/view.hpp"
#include "host/topology/quantity.hpp"

namespace connector_host::topology {
namespace {

using Json = nlohmann::ordered_json;

// What YAML reads as a number or a boolean is as good as a text where a text is asked for.
Json text_schema() {
  return {{"type", Json::array({"string", "number", "boolean"})}};
}

Json allowed_or_text(const connector_option& option) {
  if (option.allowed_count == 0) return text_schema();
  return {{"enum", allowed_values(option)}};
}

Json number_schema(const connector_option& option, const char* type) {
  Json out = {{"type", type}};
  if (!std::isnan(option.minimum)) out["minimum"] = option.minimum;
  if (!std::isnan(option.maximum)) out["maximum"] = option.maximum;
  return out;
}

Json quantity_schema(const char* units) {
  return {{"type", "string"}, {"pattern", std::string("^[0-9]+(") + units + ")$"}};
}

std::string escaped_for_pattern(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

Json map_schema(const connector_option& option) {
  Json out = {{"type", "object"}};
  if (option.allowed_count == 0) {
    out["additionalProperties"] = text_schema();
    return out;
  }
  for (const std::string& key : allowed_values(option)) {
    if (key.ends_with(".*")) {
      out["patternProperties"]["^" + escaped_for_pattern(key.substr(0, key.size() - 1))] = text_schema();
    } else {
      out["properties"][key] = text_schema();
    }
  }
  out["additionalProperties"] = false;
  return out;
}

// Without references; those are added to all of them but maps.
Json literal_schema(const connector_option& option) {
  switch (option.type) {
    case CONNECTOR_OPT_INTEGER:
      return number_schema(option, "integer");
    case CONNECTOR_OPT_NUMBER:
      return number_schema(option, "number");
    case CONNECTOR_OPT_BOOLEAN:
      return {{"type", "boolean"}};
    case CONNECTOR_OPT_DURATION:
      return quantity_schema("ms|s|m|h|d");
    case CONNECTOR_OPT_SIZE:
      return quantity_schema("B|KiB|MiB|GiB|kB|MB|GB");
    default:
      return allowed_or_text(option);
  }
}

Json list_schema(const connector_option& option) {
  const Json items = {{"anyOf", Json::array({literal_schema(option), reference_schema()})}};
  return {{"anyOf", Json::array({{{"type", "array"}, {"items", items}}, text_schema()})}};
}

Json typed_schema(const connector_option& option) {
  if (option.type == CONNECTOR_OPT_MAP) return map_schema(option);
  if (option.type == CONNECTOR_OPT_LIST) return list_schema(option);
  return {{"anyOf", Json::array({literal_schema(option), reference_schema()})}};
}

// As the user would write it in YAML: numbers and booleans as such.
Json default_schema(const connector_option& option) {
  const std::string text(connector::text(option.default_value));
  if (option.type == CONNECTOR_OPT_BOOLEAN && (text == "true" || text == "false")) return text == "true";
  if (option.type == CONNECTOR_OPT_INTEGER) {
    if (const auto number = parse_integer(text)) return *number;
  }
  if (option.type == CONNECTOR_OPT_NUMBER) {
    if (const auto number = parse_number(text)) return *number;
  }
  return text;
}

bool is_required(const connector_option& option) {
  return (option.flags & CONNECTOR_OPT_REQUIRED) && connector::is_null(option.default_value);
}

}  // namespace

Json reference_schema() {
  return {{"type", "string"}, {"pattern", "\\$\\{"}};
}

Json option_schema(const connector_option& option) {
  Json out;
  if (option.display_name.size > 0) out["title"] = std::string(connector::text(option.display_name));
  std::string description(connector::text(option.description));
  const bool limited =
      (option.type == CONNECTOR_OPT_DURATION || option.type == CONNECTOR_OPT_SIZE) && !(std::isnan(option.minimum) && std::isnan(option.maximum));
  if (limited) description += " Expected: " + describe_expected(option) + ".";
  out["description"] = description;
  out.update(typed_schema(option));
  const bool is_map = option.type == CONNECTOR_OPT_MAP;
  if (!connector::is_null(option.default_value) && !is_map) out["default"] = default_schema(option);
  if (option.flags & CONNECTOR_OPT_SECRET) out["writeOnly"] = true;
  return out;
}

void add_options(const OptionTable& table, Json& mapping_schema) {
  for (const connector_option* option : table) {
    const std::string name = option_name(*option);
    mapping_schema["properties"][name] = option_schema(*option);
    if (is_required(*option)) mapping_schema["required"].push_back(name);
  }
}

}  // namespace connector_host::topology
