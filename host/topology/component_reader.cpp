#include "host/topology/component_reader.hpp"

#include <algorithm>

#include "connector/kind.hpp"
#include "host/topology/shown_text.hpp"
#include "host/topology/suggestion.hpp"

namespace connector_host::topology {

ComponentConfig ComponentReader::read(const Node& node, std::uint32_t kind, const std::string& path, const OptionTable& host_keys) const {
  ComponentConfig out;
  out.path = path;
  out.place = problems_.place(node.at);
  if (!expect_kind(node, Node::Kind::mapping, path, "a mapping with a 'type'", problems_)) return out;
  const connector_component* component = find(node, kind, path, out);
  if (!component) return out;

  const OptionTable declared(component->options, component->options + component->option_count);
  const std::string plugin = std::string(connector::kind_name(kind)) + " plugin '" + out.type + "'";
  std::vector<std::string> known = names_of(host_keys);
  known.push_back("type");
  report_clashes(declared, known, node.at, path, plugin);
  const auto names = names_of(declared);
  known.insert(known.end(), names.begin(), names.end());
  options_.refuse_unknown(node, path, known);

  OptionValues values = options_.read(node, path, declared, plugin);
  out.json = values.json.dump(-1, ' ', false, Json::error_handler_t::replace);
  out.secrets = std::move(values.secrets);
  out.raw.merge(values.raw);
  for (const std::string& name : names) {
    if (node.find(name)) out.places[name] = problems_.place(node.position_of(name));
  }
  return out;
}

const connector_component* ComponentReader::find(const Node& node, std::uint32_t kind, const std::string& path, ComponentConfig& out) const {
  const Node* type_node = node.find("type");
  if (!type_node) {
    const auto types = catalog_.types(kind);
    problems_.add(node.at, code::missing, path + ".type", "is required: which " + std::string(connector::kind_name(kind)) + " this is",
                  types.empty() ? "add 'type: ...'" : "add 'type: ...' with one of " + shown_list(types, "or"));
    return nullptr;
  }
  if (type_node->kind == Node::Kind::null && catalog_.find(kind, "null")) {
    problems_.add(type_node->at, code::no_value, path + ".type", "has no value, expected the name of a " + std::string(connector::kind_name(kind)),
                  "give it a value; the one that is called null needs quotes: type: \"null\"");
    return nullptr;
  }
  const auto type = scalars_.read(*type_node, path + ".type", "the name of a " + std::string(connector::kind_name(kind)));
  if (!type) return nullptr;
  out.type = type->text;
  out.raw["type"] = {type_node->text, !type->is_literal(), false};
  const connector_component* component = catalog_.find(kind, type->text);
  if (!component) report_unknown(*type, type_node->at, kind, path + ".type");
  return component;
}

void ComponentReader::report_unknown(const Scalar& type, Position at, std::uint32_t kind, const std::string& path) const {
  const std::string word(connector::kind_name(kind));
  std::string what = type.may_be_shown() ? catalog_.why_missing(kind, type.text) : "";
  if (what.empty()) what = "no " + word + " plugin has the type " + type.shown() + "; searched " + shown_list(searched_, "and");
  what += other_kinds(type.text, kind);
  const auto types = catalog_.types(kind);
  problems_.add(at, code::unknown_type, path, std::move(what),
                types.empty() ? "put the plugin's .so into one of these folders" : choose_instead(type.text, types, word + " types"));
}

std::string ComponentReader::other_kinds(const std::string& type, std::uint32_t kind) const {
  std::string out;
  for (const std::uint32_t other : {CONNECTOR_SOURCE, CONNECTOR_DEDUP, CONNECTOR_TRANSFORM, CONNECTOR_SINK}) {
    if (other != kind && catalog_.find(other, type)) out += (out.empty() ? "; of that name is a " : " and a ") + std::string(connector::kind_name(other));
  }
  return out;
}

void ComponentReader::report_clashes(const OptionTable& declared, const std::vector<std::string>& host_names, Position at, const std::string& path,
                                     const std::string& plugin) const {
  for (const std::string& name : names_of(declared)) {
    if (std::find(host_names.begin(), host_names.end(), name) == host_names.end()) continue;
    problems_.add(at, code::plugin_declaration, path_of(path, name), plugin + " declares an option '" + name + "', which is the host's own key",
                  "tell the plugin's author to rename it");
  }
}

}  // namespace connector_host::topology
