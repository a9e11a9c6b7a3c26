#include "host/topology/quantity.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

namespace connector_host::topology {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Each from the largest to the smallest, the binary ones first, which is the order in which a value is shown.
constexpr Unit times[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr Unit sizes[] = {{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"kB", 1000}, {"B", 1}};

Quantity parse(std::string_view text, std::span<const Unit> units) {
  using Flaw = Quantity::Flaw;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return {Flaw::no_number};
  const std::string_view unit = text.substr(digits);
  if (unit.empty()) return {Flaw::no_unit};
  std::int64_t count = 0;
  const bool fits = std::from_chars(text.data(), text.data() + digits, count).ec == std::errc();
  for (const Unit& known : units) {
    if (known.name != unit) continue;
    if (!fits || count > INT64_MAX / known.factor) return {Flaw::too_large};
    return {Flaw::none, count * known.factor};
  }
  return {Flaw::unknown_unit};
}

std::string show(std::int64_t value, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
  }
  return "0" + std::string(units.back().name);
}

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  T out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

Quantity parse_duration(std::string_view text) {
  return parse(text, times);
}
Quantity parse_size(std::string_view text) {
  return parse(text, sizes);
}
std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::optional<double> parse_number(std::string_view text) {
  const auto out = parse_whole<double>(text);
  return out && std::isfinite(*out) ? out : std::nullopt;
}

std::string show_duration(std::int64_t milliseconds) {
  return show(milliseconds, times);
}
std::string show_size(std::int64_t bytes) {
  return show(bytes, sizes);
}

}  // namespace connector_host::topology
