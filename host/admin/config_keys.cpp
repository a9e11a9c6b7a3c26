#include "host/admin/config_keys.hpp"

#include <algorithm>
#include <set>

#include "connector/view.hpp"
#include "host/topology/host_keys.hpp"
#include "host/topology/option_limits.hpp"

namespace connector_host::admin {
namespace {

using topology::HostKeys;

// Kafka's ConfigDef.Type. Durations and sizes are texts with a unit.
const char* type_of(const connector_option& option) {
  if (option.flags & CONNECTOR_OPT_SECRET) return "PASSWORD";
  switch (option.type) {
    case CONNECTOR_OPT_INTEGER:
      return "LONG";
    case CONNECTOR_OPT_NUMBER:
      return "DOUBLE";
    case CONNECTOR_OPT_BOOLEAN:
      return "BOOLEAN";
    case CONNECTOR_OPT_LIST:
      return "LIST";
    default:
      return "STRING";
  }
}

Json definition(const std::string& name, const std::string& group, const char* type, const std::string& documentation) {
  return {
      {"name", name},   {"type", type},        {"required", false}, {"default_value", nullptr}, {"importance", "MEDIUM"},     {"documentation", documentation},
      {"group", group}, {"order_in_group", 0}, {"width", "MEDIUM"}, {"display_name", name},     {"dependents", Json::array()}};
}

std::string type_in(const topology::FlatConfig& flat, const std::string& key) {
  const auto found = flat.find(key);
  return found == flat.end() ? "" : found->second;
}

std::vector<std::string> items_of(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (end > at) out.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

void ConfigKeys::add(Json definition) {
  if (has(definition["name"])) return;
  const auto in_group = [&](const Json& each) { return each["group"] == definition["group"]; };
  definition["order_in_group"] = std::count_if(definitions_.begin(), definitions_.end(), in_group) + 1;
  definitions_.push_back(std::move(definition));
}

void ConfigKeys::add(const connector_option& option, const std::string& prefix, const std::string& group) {
  std::string documentation(connector::text(option.description));
  if (option.type == CONNECTOR_OPT_MAP) documentation += " Each as a key of its own: " + prefix + topology::option_name(option) + ".NAME.";
  Json out = definition(prefix + topology::option_name(option), group, type_of(option), documentation);
  const bool has_default = !connector::is_null(option.default_value);
  out["required"] = (option.flags & CONNECTOR_OPT_REQUIRED) != 0 && !has_default;
  if (has_default && option.type != CONNECTOR_OPT_MAP) out["default_value"] = std::string(connector::text(option.default_value));
  out["importance"] = out["required"] ? "HIGH" : option.flags & CONNECTOR_OPT_ADVANCED ? "LOW" : "MEDIUM";
  if (option.display_name.size > 0) out["display_name"] = std::string(connector::text(option.display_name));
  if (option.type != CONNECTOR_OPT_MAP) recommend(out["name"], topology::allowed_values(option));  // of a map they are its keys
  add(std::move(out));
}

void ConfigKeys::recommend(const std::string& key, const std::vector<std::string>& values) {
  if (!values.empty()) recommended_.emplace(key, values);
}

Json ConfigKeys::recommended(const std::string& key) const {
  const auto found = recommended_.find(key);
  return found == recommended_.end() ? Json::array() : found->second;
}

void ConfigKeys::add_component(const connector_component& component, const std::string& role) {
  for (std::uint64_t i = 0; i < component.option_count; ++i) add(*component.options[i], role + ".", role);
}

void ConfigKeys::add_host_keys() {
  const auto required = [&](const char* name, const char* documentation) {
    Json out = definition(name, "Common", "STRING", documentation);
    out["required"] = true;
    out["importance"] = "HIGH";
    add(std::move(out));
  };
  required("name", "The connector's name.");
  required("connector.class", "The type of the source: which system records come from.");
  required("sink.type", "The type of the sink: which system records go to.");
  Json tasks = definition("tasks.max", "Common", "LONG", "Independent copies of the line, each with its own source.");
  tasks["default_value"] = "1";
  add(std::move(tasks));
  add(definition("dedup.type", "Common", "STRING", "The type of the store that remembers ids; none: repeats are not noticed."));
  add(definition("dead_letter.type", "Common", "STRING", "The type of the sink for records that cannot be delivered."));
  add(definition("transforms", "Common", "LIST", "Names of transforms, in order; each has a key transforms.NAME.type."));
  const auto section = [&](const topology::OptionTable& table, const std::string& prefix) {
    for (const connector_option* option : table) {
      if (topology::option_name(*option) != "tasks") add(*option, prefix, "Common");
    }
  };
  section(HostKeys::connector(), "");
  section(HostKeys::id(), "id.");
  section(HostKeys::key(), "key.");
  section(HostKeys::dedup(), "dedup.");
  section(HostKeys::dead_letter(), "dead_letter.");
  section(HostKeys::errors(), "errors.");
  section(HostKeys::retry(), "retry.");
  section(HostKeys::breaker(), "breaker.");
  section(HostKeys::restart(), "restart.");
}

void ConfigKeys::add_unknown(const std::string& key) {
  add(definition(key, "Unknown", "STRING", "Nobody declares this key."));
}

bool ConfigKeys::has(const std::string& key) const {
  return std::any_of(definitions_.begin(), definitions_.end(), [&](const Json& each) { return each["name"] == key; });
}

Json ConfigKeys::groups() const {
  Json out = Json::array();
  for (const Json& each : definitions_) {
    if (std::find(out.begin(), out.end(), each["group"]) == out.end()) out.push_back(each["group"]);
  }
  return out;
}

ConfigKeys ConfigKeys::of(topology::ComponentCatalog& catalog, const topology::FlatConfig& flat) {
  ConfigKeys keys;
  const auto component = [&](std::uint32_t kind, const std::string& type, const std::string& role) {
    if (const connector_component* found = type.empty() ? nullptr : catalog.find(kind, type)) keys.add_component(*found, role);
  };
  component(CONNECTOR_SOURCE, type_in(flat, "connector.class"), "source");
  component(CONNECTOR_SINK, type_in(flat, "sink.type"), "sink");
  component(CONNECTOR_DEDUP, type_in(flat, "dedup.type"), "dedup");
  component(CONNECTOR_SINK, type_in(flat, "dead_letter.type"), "dead_letter");
  for (const std::string& name : items_of(type_in(flat, "transforms"))) {
    component(CONNECTOR_TRANSFORM, type_in(flat, "transforms." + name + ".type"), "transforms." + name);
  }
  keys.add_host_keys();
  keys.recommend("connector.class", catalog.types(CONNECTOR_SOURCE));
  keys.recommend("dedup.type", catalog.types(CONNECTOR_DEDUP));
  for (const char* key : {"sink.type", "dead_letter.type"}) keys.recommend(key, catalog.types(CONNECTOR_SINK));
  return keys;
}

Json ConfigKeys::effective(topology::ComponentCatalog& catalog, const topology::ConnectorConfig& config) {
  const topology::FlatConfig written = topology::shown_flat_of(config);
  Json out = written;
  for (const Json& each : of(catalog, written).definitions_) {
    const std::string name = each["name"];
    const bool is_absent = (!config.dedup && name.starts_with("dedup.")) || (!config.dead_letter && name.starts_with("dead_letter."));
    const bool holds = !each["default_value"].is_null() && !is_absent;
    if (holds && !out.contains(name)) out[name] = topology::shown_value(each["default_value"], each["type"] == "PASSWORD");
  }
  return out;
}

}  // namespace connector_host::admin
