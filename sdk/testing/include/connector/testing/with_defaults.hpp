#pragma once
// with_defaults: the configuration text that a host would give create, from what a user would write.
//
// Every declared option is in it: those that are set, the defaults, and null. Durations become milliseconds, sizes bytes.
// It does not validate: limits and allowed values are the host's business. Lists and maps are given as JSON. Pure
// functions; any thread may call them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "connector/abi.h"
#include "connector/view.hpp"

namespace connector::testing {

using Settings = std::map<std::string, std::string, std::less<>>;

namespace detail {

inline std::string quoted(std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    } else {
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[c & 15];
    }
  }
  return out + '"';
}

// "64KiB" as bytes, "20s" as milliseconds.
inline std::string scaled(std::string_view text) {
  static const std::map<std::string_view, std::uint64_t> units = {{"ms", 1},    {"s", 1000},       {"m", 60'000},        {"h", 3'600'000},  {"d", 86'400'000},
                                                                  {"B", 1},     {"", 1},           {"KiB", 1u << 10},    {"MiB", 1u << 20}, {"GiB", 1u << 30},
                                                                  {"kB", 1000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = units.find(text.substr(digits));
  if (digits == 0 || unit == units.end()) throw std::invalid_argument("not a duration or size: " + std::string(text));
  return std::to_string(std::strtoull(std::string(text.substr(0, digits)).c_str(), nullptr, 10) * unit->second);
}

inline std::string as_json(const connector_option& option, std::string_view text) {
  if (option.type == CONNECTOR_OPT_STRING) return quoted(text);
  if (option.type == CONNECTOR_OPT_DURATION || option.type == CONNECTOR_OPT_SIZE) return scaled(text);
  return std::string(text);
}

}  // namespace detail

inline std::string with_defaults(const connector_component& component, Settings settings = {}) {
  std::string json = "{";
  for (std::uint64_t i = 0; i < component.option_count; ++i) {
    const connector_option& option = *component.options[i];
    const auto set = settings.extract(std::string(text(option.name)));
    const bool has_default = !is_null(option.default_value);
    if (set.empty() && !has_default && (option.flags & CONNECTOR_OPT_REQUIRED))
      throw std::invalid_argument("option is required: " + std::string(text(option.name)));
    json += (i > 0 ? "," : "") + detail::quoted(text(option.name)) + ":";
    json += set ? detail::as_json(option, set.mapped()) : has_default ? detail::as_json(option, text(option.default_value)) : "null";
  }
  if (!settings.empty()) throw std::invalid_argument("no such option: " + settings.begin()->first);
  return json + "}";
}

}  // namespace connector::testing
