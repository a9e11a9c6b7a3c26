#include "host/observability/printable_text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace connector_host::observability {
namespace {

struct Character {
  std::uint32_t code;
  std::size_t size;  // 0: these bytes are no UTF-8
};

constexpr Character no_character{0, 0};

std::size_t sequence_size(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

// RFC 3629: shortest form only, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
  static constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = sequence_size(first);
  if (size == 0 || size > text.size()) return no_character;
  if (size == 1) return {first, 1};
  std::uint32_t code = first & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return no_character;
    code = code << 6 | (next & 0x3f);
  }
  const bool allowed = code >= least[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return allowed ? Character{code, size} : no_character;
}

bool breaks_or_turns(std::uint32_t code) {
  return code == 0x2028 || code == 0x2029 || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

std::string escaped(const char* format, unsigned code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, code);
  return text.data();
}

std::string escaped_control(std::uint32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return escaped("\\x%02x", code);
  }
}

bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.size == 0) {
      out += escaped("\\x%02x", static_cast<unsigned char>(text.front()));
    } else if (is_control(character.code)) {
      out += escaped_control(character.code);
    } else if (breaks_or_turns(character.code)) {
      out += escaped("\\u{%04x}", character.code);
    } else {
      out += text.substr(0, character.size);
    }
    text.remove_prefix(character.size == 0 ? 1 : character.size);
  }
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = first_character(text).size;
    out += size == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace connector_host::observability
