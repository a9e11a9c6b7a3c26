#include "host/topology/option_reader.hpp"

#include <algorithm>
#include <cctype>

#include "connector/view.hpp"
#include "host/topology/shown_text.hpp"
#include "host/topology/suggestion.hpp"
#include "host/topology/url_password.hpp"

namespace connector_host::topology {
namespace {

// A map such as a Kafka client's properties holds secrets next to harmless values: they are known by their names, as
// Kafka Connect's REST clients know them.
bool names_a_secret(std::string key) {
  std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  static constexpr std::string_view words[] = {"password", "passphrase", "secret", "token", "credential", "key.pem", "jaas"};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return key.find(word) != std::string::npos; });
}

void remember_secrets(const Scalar& scalar, std::vector<std::string>& secrets) {
  const auto remember = [&](const std::string& text) {
    if (!text.empty() && std::find(secrets.begin(), secrets.end(), text) == secrets.end()) secrets.push_back(text);
  };
  if (scalar.secret) remember(scalar.text);
  for (const std::string& text : url_passwords(scalar.text)) remember(text);
  for (const std::string& text : scalar.file_contents) remember(text);
}

// What the option is for, as the end of a sentence.
std::string purpose(const connector_option& option) {
  std::string out(connector::text(option.description));
  if (out.ends_with('.')) out.pop_back();
  return out;
}

bool is_secret(const connector_option& option) {
  return (option.flags & CONNECTOR_OPT_SECRET) != 0;
}

}  // namespace

std::vector<std::string> names_of(const OptionTable& table) {
  std::vector<std::string> out;
  for (const connector_option* option : table) out.push_back(option_name(*option));
  return out;
}

OptionValues OptionReader::read(const Node& mapping, const std::string& path, const OptionTable& table, std::string_view declared_by) const {
  OptionValues out;
  for (const connector_option* option : table) {
    const std::string name = option_name(*option);
    const Node* node = mapping.find(name);
    const std::string place = path_of(path, name);
    out.json[name] = node ? written(*node, {*option, place, out}) : absent(mapping, place, *option, declared_by);
  }
  return out;
}

OptionValues OptionReader::section(const Node& parent, const std::string& parent_path, const std::string& key, const OptionTable& table) const {
  const Node absent_section{.kind = Node::Kind::mapping, .at = parent.at};
  const Node* node = parent.find(key);
  const std::string path = path_of(parent_path, key);
  const bool usable = node && expect_kind(*node, Node::Kind::mapping, path, "a mapping", problems_);
  if (usable) refuse_unknown(*node, path, names_of(table));
  return read(usable ? *node : absent_section, path, table, "the host");
}

void OptionReader::refuse_unknown(const Node& mapping, const std::string& path, const std::vector<std::string>& known) const {
  for (const Node& child : mapping.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    const std::string key = shown_key(child.key);
    const bool no_space = key.size() != child.key.size() && child.kind == Node::Kind::null;
    problems_.add(child.key_at, code::unknown_key, path_of(path, key), "unknown key '" + key + "'",
                  no_space ? "put a space after the ':' between a key and its value" : choose_instead(child.key, known, "known keys"));
  }
}

Json OptionReader::written(const Node& node, Target target) const {
  const bool is_list = target.option.type == CONNECTOR_OPT_LIST;
  const Json value = target.option.type == CONNECTOR_OPT_MAP        ? map(node, target)
                     : is_list && node.kind == Node::Kind::sequence ? list(node, target)
                                                                    : scalar(node, target);
  return refuse_empty(value, node.at, target) ? Json(nullptr) : value;
}

Json OptionReader::absent(const Node& mapping, const std::string& path, const connector_option& option, std::string_view declared_by) const {
  Converted value = default_of(option);
  if (const auto* complaint = std::get_if<Complaint>(&value)) {
    problems_.add(mapping.at, code::plugin_declaration, path, std::string(declared_by) + " declares a bad default: " + complaint->what,
                  "set the option, and tell the plugin's author");
    return nullptr;
  }
  if ((option.flags & CONNECTOR_OPT_REQUIRED) && std::get<Json>(value).is_null()) {
    problems_.add(mapping.at, code::missing, path, "is required: " + purpose(option), "add '" + option_name(option) + ": ...'");
  }
  return std::get<Json>(std::move(value));
}

// Nobody means an empty queue name: most often a variable is set to nothing.
bool OptionReader::refuse_empty(const Json& value, Position at, const Target& target) const {
  const bool is_empty = value.empty() || (value.is_string() && value.get_ref<const std::string&>().empty());
  if (!(target.option.flags & CONNECTOR_OPT_REQUIRED) || value.is_null() || !is_empty) return false;
  problems_.add(at, code::missing, target.path, "is required and empty: " + purpose(target.option),
                "give it a value; if it is made of variables, check that they are set");
  return true;
}

Json OptionReader::convert(const Scalar& scalar, Position at, const std::string& path, const connector_option& option) const {
  Converted value = to_json(option, scalar);
  if (auto* json = std::get_if<Json>(&value)) return std::move(*json);
  auto& [code, what, fix] = std::get<Complaint>(value);
  problems_.add(at, code, path, std::move(what), std::move(fix));
  return nullptr;
}

Json OptionReader::scalar(const Node& node, Target target) const {
  auto scalar = scalars_.read(node, target.path, describe_expected(target.option));
  if (!scalar) return nullptr;
  scalar->secret = is_secret(target.option);
  target.values.raw[option_name(target.option)] = {node.text, !scalar->is_literal(), scalar->secret};
  remember_secrets(*scalar, target.values.secrets);
  if (target.option.type != CONNECTOR_OPT_LIST) return convert(*scalar, node.at, target.path, target.option);
  Json out = Json::array();
  for (std::string& text : split_list(scalar->text)) {
    Scalar item = *scalar;
    item.text = std::move(text);
    remember_secrets(item, target.values.secrets);
    Json value = convert(item, node.at, target.path, target.option);
    if (value.is_null()) return nullptr;
    out.push_back(std::move(value));
  }
  return out;
}

Json OptionReader::list_item(const Node& node, const std::string& path, const Target& target, RawValue& raw) const {
  auto scalar = scalars_.read(node, path, "a text");
  if (!scalar) return nullptr;
  scalar->secret = is_secret(target.option);
  raw.text += (raw.text.empty() ? "" : ",") + node.text;
  raw.reference = raw.reference || !scalar->is_literal();
  remember_secrets(*scalar, target.values.secrets);
  return convert(*scalar, node.at, path, target.option);
}

Json OptionReader::list(const Node& node, Target target) const {
  Json out = Json::array();
  RawValue raw{"", false, is_secret(target.option)};
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Json item = list_item(node.children[i], target.path + "[" + std::to_string(i) + "]", target, raw);
    if (!item.is_null()) out.push_back(std::move(item));
  }
  target.values.raw[option_name(target.option)] = std::move(raw);
  return out.size() == node.children.size() ? out : Json(nullptr);
}

Json OptionReader::map(const Node& node, Target target) const {
  if (!expect_kind(node, Node::Kind::mapping, target.path, "a mapping of texts", problems_)) return nullptr;
  Json out = Json::object();
  for (const Node& child : node.children) {
    const std::string path = target.path + "." + shown_key(child.key);
    if (!allows_key(target.option, child.key)) {
      problems_.add(child.key_at, code::unknown_key, path, "key '" + shown_key(child.key) + "' is not allowed here",
                    choose_instead(child.key, allowed_values(target.option), "allowed keys"));
      continue;
    }
    if (child.kind == Node::Kind::mapping) {
      problems_.add(child.at, code::wrong_shape, path, "expected a text, got a mapping",
                    "write the whole name as one key, with dots: " + shown_key(child.key) + ".x: ...");
      continue;
    }
    auto scalar = scalars_.read(child, path, "a text");
    if (!scalar) continue;
    scalar->secret = is_secret(target.option) || names_a_secret(child.key);
    target.values.raw[option_name(target.option) + "." + child.key] = {child.text, !scalar->is_literal(), scalar->secret};
    remember_secrets(*scalar, target.values.secrets);
    out[child.key] = std::move(scalar->text);
  }
  return out.size() == node.children.size() ? out : Json(nullptr);
}

}  // namespace connector_host::topology
