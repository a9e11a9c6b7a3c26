#pragma once
// Quantities as a user writes them: 200ms, 64MiB. Pure functions; whole numbers only, nothing overflows.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector_host::topology {

struct Quantity {
  enum class Flaw { none, no_number, no_unit, unknown_unit, too_large };

  Flaw flaw = Flaw::none;
  std::int64_t value = 0;
};

// Milliseconds; units ms, s, m, h, d.
Quantity parse_duration(std::string_view text);
// Bytes; units B, KiB, MiB, GiB, kB, MB, GB.
Quantity parse_size(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
// Finite numbers only: JSON knows no others.
std::optional<double> parse_number(std::string_view text);

// In the largest unit that divides it: 90s, 30m, 64MiB.
std::string show_duration(std::int64_t milliseconds);
std::string show_size(std::int64_t bytes);

}  // namespace connector_host::topology
