#include "host/topology/shown_text.hpp"

#include <algorithm>
#include <cstdint>

#include "host/topology/url_password.hpp"

namespace connector_host::topology {
namespace {

constexpr std::size_t longest_value = 60;
constexpr std::size_t longest_shown_name = 200;
constexpr std::size_t most_words = 20;

std::string escaped(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (std::uint8_t(c) < 0x20 || c == 0x7F) {
      out += {'\\', 'x', digits[std::uint8_t(c) >> 4], digits[std::uint8_t(c) & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

// Cut between characters: a byte 10xxxxxx continues the one before.
std::string shortened(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return escaped(text);
  std::size_t end = longest;
  while (end > 0 && (std::uint8_t(text[end]) & 0xC0) == 0x80) --end;
  return escaped(text.substr(0, end)) + "...";
}

}  // namespace

std::string shown_value(std::string_view text) {
  return '"' + shortened(without_url_passwords(text), longest_value) + '"';
}

std::string shown_key(std::string_view key) {
  const std::size_t end = key.find_first_of(":=");
  return shortened(key.substr(0, end), longest_value) + (end == std::string_view::npos ? "" : "...");
}

std::string shown_name(std::string_view name) {
  return shortened(name, longest_shown_name);
}

std::string path_of(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string shown_list(std::span<const std::string> words, std::string_view last_word) {
  std::string out;
  const std::size_t shown = std::min(words.size(), most_words);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == words.size() ? " " + std::string(last_word) + " " : ", ";
    out += words[i];
  }
  if (shown < words.size()) out += " and " + std::to_string(words.size() - shown) + " more";
  return out;
}

}  // namespace connector_host::topology
