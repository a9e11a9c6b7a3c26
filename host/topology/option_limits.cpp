#include "host/topology/option_limits.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <sstream>

#include "connector/view.hpp"
#include "host/topology/quantity.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

std::string show(const connector_option& option, double value) {
  if (option.type == CONNECTOR_OPT_DURATION) return show_duration(std::int64_t(value));
  if (option.type == CONNECTOR_OPT_SIZE) return show_size(std::int64_t(value));
  std::ostringstream out;
  out.precision(17);
  out << value;
  return out.str();
}

std::string type_words(const connector_option& option) {
  switch (option.type) {
    case CONNECTOR_OPT_INTEGER:
      return "an integer";
    case CONNECTOR_OPT_NUMBER:
      return "a number";
    case CONNECTOR_OPT_BOOLEAN:
      return "true or false";
    case CONNECTOR_OPT_DURATION:
      return "a duration";
    case CONNECTOR_OPT_SIZE:
      return "a size";
    case CONNECTOR_OPT_LIST:
      return "a list of texts";
    case CONNECTOR_OPT_MAP:
      return "a mapping of texts";
    default:
      return "a text";
  }
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y)); });
}

}  // namespace

std::string option_name(const connector_option& option) {
  return std::string(connector::text(option.name));
}

std::string describe_expected(const connector_option& option) {
  if (option.type == CONNECTOR_OPT_STRING && option.allowed_count > 0) return "one of " + shown_list(allowed_values(option), "or");
  if (option.type == CONNECTOR_OPT_LIST && option.allowed_count > 0) return "a list of " + shown_list(allowed_values(option), "or");
  std::string out = type_words(option);
  const bool low = !std::isnan(option.minimum), high = !std::isnan(option.maximum);
  if (low && high) return out + " from " + show(option, option.minimum) + " to " + show(option, option.maximum);
  if (low) return out + " of at least " + show(option, option.minimum);
  if (high) return out + " of at most " + show(option, option.maximum);
  return out;
}

std::string example_of(const connector_option& option) {
  if (option.default_value.size > 0) return std::string(connector::text(option.default_value));
  if (!std::isnan(option.minimum)) return show(option, option.minimum);
  if (option.type == CONNECTOR_OPT_DURATION) return "200ms";
  if (option.type == CONNECTOR_OPT_SIZE) return "64MiB";
  return option.type == CONNECTOR_OPT_BOOLEAN ? "true" : "1";
}

bool within_limits(const connector_option& option, double value) {
  return !(value < option.minimum) && !(value > option.maximum);  // false for NaN: no limit
}

std::vector<std::string> allowed_values(const connector_option& option) {
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < option.allowed_count; ++i) out.emplace_back(connector::text(option.allowed[i]));
  return out;
}

std::optional<std::string> allowed_spelling(const connector_option& option, std::string_view text) {
  if (option.allowed_count == 0) return std::string(text);
  const auto values = allowed_values(option);
  if (std::find(values.begin(), values.end(), text) != values.end()) return std::string(text);
  const auto found = std::find_if(values.begin(), values.end(), [&](const std::string& value) { return same_but_for_case(value, text); });
  return found == values.end() ? std::nullopt : std::optional(*found);
}

bool allows_key(const connector_option& option, std::string_view key) {
  if (option.allowed_count == 0) return true;
  const auto values = allowed_values(option);
  return std::any_of(values.begin(), values.end(), [&](std::string_view value) {
    if (!value.ends_with(".*")) return value == key;
    return key.size() >= value.size() && key.starts_with(value.substr(0, value.size() - 1));
  });
}

}  // namespace connector_host::topology
