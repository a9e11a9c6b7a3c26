#include "host/topology/key_reader.hpp"

#include <algorithm>
#include <vector>

#include "host/topology/host_keys.hpp"
#include "host/topology/json_pointer.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

constexpr std::size_t most_parts = 16;
constexpr auto fix =
    "write one of { json: /customer_id }, { header: NAME }, { message_id: true }, { routing_key: true }, { constant: TEXT } or "
    "{ parts: ['json:/a', 'header:NAME'] }";
constexpr auto fix_part = "write json:/POINTER, header:NAME, constant:TEXT, message_id or routing_key";
constexpr const char* rules[] = {"json", "header", "message_id", "routing_key", "constant", "parts"};

// Those that have no argument.
std::optional<KeyFrom> plain_rule(const std::string& word) {
  if (word == "message_id") return KeyFrom::message_id;
  if (word == "routing_key") return KeyFrom::routing_key;
  return std::nullopt;
}

}  // namespace

KeyConfig KeyReader::read(const Node& node, const std::string& path, RawValues& raw) const {
  KeyConfig out;
  if (!expect_kind(node, Node::Kind::mapping, path, "a mapping with one rule", problems_)) return out;
  const OptionTable& table = HostKeys::key();
  options_.refuse_unknown(node, path, names_of(table));
  OptionValues values = options_.read(node, path, table, "the host");
  for (auto& [name, value] : values.raw) raw["key." + name] = std::move(value);
  out.reject_missing = values.get<std::string>("on_missing", "no_key") == "reject";
  const Node* found = nullptr;
  int count = 0;
  for (const char* each : rules) {
    if (const Node* child = node.find(each)) {
      found = child;
      ++count;
    }
  }
  if (count == 1)
    take(values, *found, path, out);
  else
    problems_.add(node.at, code::key_rule, path, count == 0 ? "no rule for a record's key" : "more than one rule for a record's key", fix);
  return out;
}

void KeyReader::take(const OptionValues& values, const Node& rule, const std::string& path, KeyConfig& out) const {
  const std::string rule_path = path + "." + rule.key;
  if (!values.has(rule.key.c_str())) return;
  if (rule.key == "parts") return take_parts(values, rule, rule_path, out);
  if (const auto plain = plain_rule(rule.key)) {
    if (!values.get(rule.key.c_str(), false)) problems_.add(rule.at, code::key_rule, rule_path, "false is no rule", fix);
    out.parts.push_back({*plain, ""});
    return;
  }
  if (const auto part = part_of(rule.key, values.get<std::string>(rule.key.c_str(), ""), rule.at, rule_path)) out.parts.push_back(*part);
}

void KeyReader::take_parts(const OptionValues& values, const Node& rule, const std::string& path, KeyConfig& out) const {
  for (const std::string& each : values.get("parts", std::vector<std::string>())) {
    const std::size_t colon = std::min(each.find(':'), each.size());
    const std::string argument = colon == each.size() ? "" : each.substr(colon + 1);
    if (const auto part = part_of(each.substr(0, colon), argument, rule.at, path)) out.parts.push_back(*part);
  }
  if (out.parts.size() > most_parts) problems_.add(rule.at, code::key_rule, path, "more than 16 parts", "name fewer");
}

std::optional<KeyPart> KeyReader::part_of(const std::string& word, const std::string& argument, Position at, const std::string& path) const {
  const auto plain = plain_rule(word);
  if (plain && argument.empty()) return KeyPart{*plain, ""};
  if (word == "json") {
    if (is_json_pointer(argument)) return KeyPart{KeyFrom::json, argument};
    problems_.add(at, code::key_rule, path, "'" + shown_key(argument) + "' is not a JSON pointer (RFC 6901)",
                  "begin it with '/', as in /customer_id; ~ is written ~0 and / within a name ~1");
  } else if (word == "header" || word == "constant") {
    if (!argument.empty()) return KeyPart{word == "header" ? KeyFrom::header : KeyFrom::constant, argument};
    problems_.add(at, code::key_rule, path, word == "header" ? "the header has no name" : "the constant is empty", fix_part);
  } else {
    problems_.add(at, code::key_rule, path, "'" + shown_key(word) + "' is no part of a key", fix_part);
  }
  return std::nullopt;
}

}  // namespace connector_host::topology
