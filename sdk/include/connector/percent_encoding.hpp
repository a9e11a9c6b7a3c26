#pragma once
// percent_encoded: text as a part of an identity or a URI (RFC 3986).
//
// Letters, digits, '-', '.', '_', '~' and the bytes of `kept` stay; every other byte becomes %XX. Two texts never get one
// encoding, as long as `kept` has no '%'. It does not validate UTF-8. A pure function; any thread.
#include <string>
#include <string_view>

namespace connector {

inline std::string percent_encoded(std::string_view text, std::string_view kept = {}) {
  static constexpr std::string_view hex = "0123456789ABCDEF", marks = "-._~";
  std::string out;
  for (const char c : text) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || marks.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', hex[static_cast<unsigned char>(c) >> 4], hex[c & 15]};
    }
  }
  return out;
}

}  // namespace connector
