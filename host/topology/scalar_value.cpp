#include "host/topology/scalar_value.hpp"

#include <algorithm>

#include "connector/view.hpp"
#include "host/topology/option_limits.hpp"
#include "host/topology/quantity.hpp"
#include "host/topology/suggestion.hpp"
#include "host/topology/yaml_reader.hpp"

namespace connector_host::topology {
namespace {

Complaint complain(const ProblemCode& code, const connector_option& option, const Scalar& scalar, std::string fix) {
  return {code, "expected " + describe_expected(option) + ", got " + scalar.shown(), std::move(fix)};
}

Converted string_value(const connector_option& option, const Scalar& scalar) {
  if (auto spelling = allowed_spelling(option, scalar.text)) return Json(std::move(*spelling));
  // A secret's suggestion would say what it looks like.
  const std::string fix = scalar.may_be_shown() ? choose_instead(scalar.text, allowed_values(option), "allowed values") : "choose one of these";
  return complain(code::not_allowed, option, scalar, fix);
}

template <class Number>
Converted number_value(const connector_option& option, const Scalar& scalar, std::optional<Number> number) {
  if (!number) return complain(code::wrong_type, option, scalar, "write a number without quotes, such as " + example_of(option));
  if (scalar.quoted && scalar.is_literal()) return complain(code::wrong_type, option, scalar, "remove the quotes");
  if (!within_limits(option, double(*number))) return complain(code::out_of_range, option, scalar, "choose a number within these limits");
  return Json(*number);
}

Converted boolean_value(const connector_option& option, const Scalar& scalar) {
  const bool yes = scalar.text == "true", no = scalar.text == "false";
  if (!yes && !no) return complain(code::wrong_type, option, scalar, "write true or false");
  if (scalar.quoted && scalar.is_literal()) return complain(code::wrong_type, option, scalar, "remove the quotes");
  return Json(yes);
}

Quantity parse_quantity(const connector_option& option, std::string_view text) {
  return option.type == CONNECTOR_OPT_DURATION ? parse_duration(text) : parse_size(text);
}

// Most likely that of the default, unless the number would go beyond the limits by it.
std::string likely_unit(const connector_option& option, const std::string& number, const std::string& small_unit) {
  const std::string_view text = connector::text(option.default_value);
  const std::string unit(text.substr(std::min(text.find_first_not_of("0123456789"), text.size())));
  const Quantity by_it = parse_quantity(option, number + unit);
  return by_it.flaw == Quantity::Flaw::none && within_limits(option, double(by_it.value)) ? unit : small_unit;
}

Converted quantity_value(const connector_option& option, const Scalar& scalar, const std::string& small_unit, const std::string& units) {
  const Quantity quantity = parse_quantity(option, scalar.text);
  switch (quantity.flaw) {
    case Quantity::Flaw::no_number:
      return complain(code::wrong_type, option, scalar, "write a whole number and a unit, such as " + example_of(option));
    case Quantity::Flaw::no_unit:
      return complain(code::unit, option, scalar,
                      "add a unit: " + (scalar.may_be_shown() ? scalar.text + likely_unit(option, scalar.text, small_unit) + ", or another of " : "") + units);
    case Quantity::Flaw::unknown_unit:
      return complain(code::unit, option, scalar, "write a whole number and one of the units " + units);
    case Quantity::Flaw::too_large:
      return complain(code::out_of_range, option, scalar, "write a smaller number");
    case Quantity::Flaw::none:
      break;
  }
  if (!within_limits(option, double(quantity.value))) return complain(code::out_of_range, option, scalar, "choose a value within these limits");
  return Json(quantity.value);
}

Converted list_of(const connector_option& option, const std::vector<std::string>& items) {
  Json out = Json::array();
  for (const std::string& item : items) {
    Converted value = to_json(option, Scalar{.text = item});
    if (auto* json = std::get_if<Json>(&value)) {
      out.push_back(std::move(*json));
    } else {
      return value;
    }
  }
  return out;
}

Complaint bad_default(const connector_option& option, const Scalar& text) {
  return complain(code::wrong_type, option, text, "write the default as a user would");
}

// A default such as {linger.ms: 5} or [a, b].
Converted collection_default(const connector_option& option, const Scalar& text) {
  const SourceText source(text.text);
  Problems problems("");
  const auto root = source.check(problems) ? YamlReader::read(source, problems) : std::nullopt;
  const bool is_list = option.type == CONNECTOR_OPT_LIST;
  if (!root || !problems.empty() || root->kind != (is_list ? Node::Kind::sequence : Node::Kind::mapping)) return bad_default(option, text);
  std::vector<std::string> items;
  Json map = Json::object();
  for (const Node& child : root->children) {
    if (child.kind != Node::Kind::scalar) return bad_default(option, text);
    if (!is_list && !allows_key(option, child.key)) return bad_default(option, text);
    items.push_back(child.text);
    map[child.key] = child.text;
  }
  return is_list ? list_of(option, items) : Converted(std::move(map));
}

}  // namespace

Converted to_json(const connector_option& option, const Scalar& scalar) {
  switch (option.type) {
    case CONNECTOR_OPT_INTEGER:
      return number_value(option, scalar, parse_integer(scalar.text));
    case CONNECTOR_OPT_NUMBER:
      return number_value(option, scalar, parse_number(scalar.text));
    case CONNECTOR_OPT_BOOLEAN:
      return boolean_value(option, scalar);
    case CONNECTOR_OPT_DURATION:
      return quantity_value(option, scalar, "ms", "ms, s, m, h, d");
    case CONNECTOR_OPT_SIZE:
      return quantity_value(option, scalar, "B", "B, KiB, MiB, GiB, kB, MB, GB");
    default:
      return string_value(option, scalar);
  }
}

Converted default_of(const connector_option& option) {
  if (connector::is_null(option.default_value)) return Json(nullptr);
  const Scalar text{.text = std::string(connector::text(option.default_value))};
  if (first_not_utf8(text.text) != std::string::npos || text.text.find('\0') != std::string::npos) return bad_default(option, {.text = "(not UTF-8 text)"});
  if (option.type == CONNECTOR_OPT_MAP && text.text.empty()) return Json(Json::object());
  if (option.type == CONNECTOR_OPT_MAP || (option.type == CONNECTOR_OPT_LIST && text.text.starts_with('['))) return collection_default(option, text);
  if (option.type == CONNECTOR_OPT_LIST) return list_of(option, split_list(text.text));
  return to_json(option, text);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    item.remove_prefix(std::min(item.find_first_not_of(" \t\r\n"), item.size()));
    item = item.substr(0, item.find_last_not_of(" \t\r\n") + 1);
    if (!item.empty()) out.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

}  // namespace connector_host::topology
