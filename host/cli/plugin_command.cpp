#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connector/kind.hpp"
#include "connector/view.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/topology_input.hpp"
#include "host/topology/option_limits.hpp"
#include "host/topology/suggestion.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;
using connector::text;

constexpr std::uint32_t kinds[] = {CONNECTOR_SOURCE, CONNECTOR_DEDUP, CONNECTOR_TRANSFORM, CONNECTOR_SINK};

const char* type_name(std::uint32_t type) {
  static constexpr const char* names[] = {"string", "integer", "number", "boolean", "duration", "size", "list", "map"};
  return type < std::size(names) ? names[type] : "unknown";
}

Json json_of(const plugin::PluginEntry& entry) {
  Json json = {{"path", entry.path}, {"name", entry.name}, {"version", entry.version}, {"abi", entry.abi}, {"sha256", entry.sha256}};
  json["components"] = Json::array();
  for (const plugin::ComponentEntry& each : entry.components) {
    Json component = {{"kind", connector::kind_name(each.kind)}, {"type", each.type}};
    if (!each.shadowed_by.empty()) component["shadowed_by"] = each.shadowed_by;
    json["components"].push_back(component);
  }
  if (!entry.error.empty()) json["error"] = entry.error;
  return json;
}

void print(const plugin::PluginEntry& entry) {
  for (const plugin::ComponentEntry& each : entry.components) {
    std::cout << std::left << std::setw(13) << connector::kind_name(each.kind) << std::setw(14) << each.type << std::setw(9) << entry.version << entry.path
              << (each.shadowed_by.empty() ? "" : "  (not used: " + each.shadowed_by + " comes first)") << '\n';
  }
  if (!entry.error.empty()) std::cout << std::left << std::setw(13) << "unusable" << std::setw(23) << "-" << entry.path << ": " << entry.error << '\n';
}

Json json_of(const connector_option& option) {
  Json json = {{"name", text(option.name)}, {"type", type_name(option.type)}, {"description", text(option.description)}};
  if (!connector::is_null(option.default_value)) json["default"] = text(option.default_value);
  if (option.flags & CONNECTOR_OPT_REQUIRED) json["required"] = true;
  if (option.flags & CONNECTOR_OPT_SECRET) json["secret"] = true;
  if (option.flags & CONNECTOR_OPT_ADVANCED) json["advanced"] = true;
  if (option.flags & CONNECTOR_OPT_ENDPOINT) json["endpoint"] = true;
  if (option.flags & CONNECTOR_OPT_DATA_PATH) json["path"] = "data";
  if (option.flags & CONNECTOR_OPT_CREDENTIAL_PATH) json["path"] = "credential";
  if (!std::isnan(option.minimum)) json["minimum"] = option.minimum;  // milliseconds, bytes
  if (!std::isnan(option.maximum)) json["maximum"] = option.maximum;
  for (std::uint64_t i = 0; i < option.allowed_count; ++i) json["allowed"].push_back(text(option.allowed[i]));
  return json;
}

Json json_of(const connector_component& component) {
  Json json = {{"kind", connector::kind_name(component.kind)}, {"type", text(component.type)}, {"description", text(component.description)}};
  json["options"] = Json::array();
  for (std::uint64_t i = 0; i < component.option_count; ++i) json["options"].push_back(json_of(*component.options[i]));
  json["metrics"] = Json::array();
  for (std::uint64_t i = 0; i < component.metric_count; ++i) {
    json["metrics"].push_back({{"name", text(component.metrics[i]->name)}, {"help", text(component.metrics[i]->help)}});
  }
  return json;
}

void print(const connector_option& option) {
  const bool limited = !std::isnan(option.minimum) || !std::isnan(option.maximum);
  std::string facts = limited ? topology::describe_expected(option) : type_name(option.type);
  if (option.flags & CONNECTOR_OPT_REQUIRED) facts += ", required";
  if (option.flags & CONNECTOR_OPT_SECRET) facts += ", secret";
  if (!connector::is_null(option.default_value))
    facts += ", default " + (option.default_value.size ? std::string(text(option.default_value)) : std::string("\"\""));
  std::string allowed;
  for (std::uint64_t i = 0; i < option.allowed_count; ++i) allowed += (i ? " | " : "") + std::string(text(option.allowed[i]));
  std::cout << "  " << text(option.name) << " (" << facts << ")\n      " << text(option.description) << '\n';
  if (!allowed.empty()) std::cout << "      one of: " << allowed << '\n';
}

void print(const connector_component& component) {
  std::cout << connector::kind_name(component.kind) << ' ' << text(component.type) << ": " << text(component.description) << "\n\n";
  for (std::uint64_t i = 0; i < component.option_count; ++i) print(*component.options[i]);
}

// By --plugin-path, so not one of those that are looked at in any case.
bool named(const CommandLine& command_line, const std::string& path) {
  return std::any_of(command_line.plugin_paths.begin(), command_line.plugin_paths.end(),
                     [&](const std::string& each) { return std::filesystem::absolute(each).lexically_normal() == path; });
}

std::vector<std::string> all_types(TopologyInput& input) {
  std::vector<std::string> all;
  for (const std::uint32_t kind : kinds) {
    for (const std::string& each : input.components().types(kind)) all.push_back(each);
  }
  return all;
}

}  // namespace

int plugin_list_command(const CommandLine& command_line) {
  TopologyInput input(command_line);
  input.components().use_directories({});
  const auto entries = input.catalog().entries();
  if (command_line.json) {
    Json all = Json::array();
    for (const plugin::PluginEntry& each : entries) all.push_back(json_of(each));
    std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << std::endl;
    return exit_ok;
  }
  for (const plugin::PluginEntry& each : entries) print(each);
  for (const plugin::DirectoryEntry& each : input.catalog().directories()) {
    if (!each.error.empty())
      std::cout << "directory not used: " << each.path << ": " << each.error << '\n';
    else if (entries.empty())
      std::cout << "no plugins in " << each.path << (each.exists ? "" : " (no such directory)") << '\n';
    else if (!each.exists && named(command_line, each.path))
      std::cout << "no such directory: " << each.path << '\n';
  }
  return exit_ok;
}

int plugin_describe_command(const CommandLine& command_line) {
  TopologyInput input(command_line);
  input.components().use_directories({});
  Json all = Json::array();
  for (const std::uint32_t kind : kinds) {
    const connector_component* component = input.components().find(kind, command_line.plugin);
    if (!component) continue;
    if (!command_line.json && !all.empty()) std::cout << '\n';
    all.push_back(json_of(*component));
    if (!command_line.json) print(*component);
  }
  if (all.empty()) {
    const auto near = topology::closest(command_line.plugin, all_types(input));
    std::cerr << "connector-host: no plugin provides '" << command_line.plugin << "'; " << (near ? "did you mean '" + *near + "'? " : "")
              << "connector-host plugin list shows what there is\n";
    return exit_config;
  }
  if (command_line.json) std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << std::endl;
  return exit_ok;
}

}  // namespace connector_host::cli
