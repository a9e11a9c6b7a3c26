#include "host/topology/id_reader.hpp"

#include "host/topology/host_keys.hpp"
#include "host/topology/json_pointer.hpp"

namespace connector_host::topology {
namespace {

constexpr auto fix = "write one of { json: /event_id }, { header: NAME }, { message_id: true }, { key: true } or none";

}  // namespace

IdConfig IdReader::read(const Node& node, const std::string& path, RawValues& raw) const {
  if (node.kind == Node::Kind::scalar) return read_word(node, path, raw);
  if (!expect_kind(node, Node::Kind::mapping, path, "a mapping with one rule, or none", problems_)) return {};
  return read_mapping(node, path, raw);
}

IdConfig IdReader::read_word(const Node& node, const std::string& path, RawValues& raw) const {
  const auto word = scalars_.read(node, path, "none");
  if (!word) return {};
  if (word->text != "none") problems_.add(node.at, code::id_rule, path, "expected a mapping with one rule, or none, got " + word->shown(), fix);
  raw["id"] = {node.text, !word->is_literal(), false};
  return {IdFrom::none, ""};
}

IdConfig IdReader::read_mapping(const Node& node, const std::string& path, RawValues& raw) const {
  const OptionTable& table = HostKeys::id();
  options_.refuse_unknown(node, path, names_of(table));
  OptionValues values = options_.read(node, path, table, "the host");
  for (auto& [name, value] : values.raw) raw["id." + name] = std::move(value);
  const Node* rule = nullptr;
  int rules = 0;
  for (const connector_option* option : table) {
    if (const Node* child = node.find(option_name(*option))) {
      rule = child;
      ++rules;
    }
  }
  if (rules == 1) return take(values, *rule, path);
  problems_.add(node.at, code::id_rule, path, rules == 0 ? "no rule for a record's id" : "more than one rule for a record's id", fix);
  return {};
}

IdConfig IdReader::take(const OptionValues& values, const Node& rule, const std::string& path) const {
  const std::string rule_path = path + "." + rule.key;
  if (!values.has(rule.key.c_str())) return {};
  if (rule.key == "json" || rule.key == "header") {
    const bool json = rule.key == "json";
    auto argument = values.get<std::string>(rule.key.c_str(), "");
    if (json && !is_json_pointer(argument)) {
      problems_.add(rule.at, code::id_rule, rule_path, "this is not a JSON pointer (RFC 6901)",
                    "begin it with '/', as in /event_id; ~ is written ~0 and / within a name ~1");
    } else if (argument.empty()) {
      problems_.add(rule.at, code::id_rule, rule_path, "the header has no name", fix);
    }
    return {json ? IdFrom::json : IdFrom::header, std::move(argument)};
  }
  if (!values.get(rule.key.c_str(), false)) problems_.add(rule.at, code::id_rule, rule_path, "false is no rule", fix);
  return {rule.key == "key" ? IdFrom::key : IdFrom::message_id, ""};
}

}  // namespace connector_host::topology
