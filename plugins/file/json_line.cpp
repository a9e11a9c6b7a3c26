#include "plugins/file/json_line.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace connector_host_plugins::file {
namespace {

using connector::text;

// Length of the UTF-8 sequence at the front (RFC 3629), 0 when there is none.
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) {
    return i < bytes.size() ? std::uint8_t(bytes[i]) : std::uint8_t(0);
  };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
  const std::uint8_t first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (first < 0xF0 || first > 0xF4 || (first == 0xF0 && second < 0x90) ||
      (first == 0xF4 && second > 0x8F))
    return 0;
  return follows(1) && follows(2) && follows(3) ? 4 : 0;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

void append_string(std::string_view text, std::string& out) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (std::uint8_t(c) >= 0x20) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += "\\u00";
      out += {hex[std::uint8_t(c) >> 4], hex[std::uint8_t(c) & 15]};
    }
  }
  out += '"';
}

// RFC 4648, section 4.
void append_base64(std::string_view bytes, std::string& out) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < bytes.size() ? std::uint8_t(bytes[i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i)
      out += i <= bytes.size() ? alphabet[group >> (18 - 6 * i) & 63] : '=';
  }
}

void append_bytes(connector_view bytes, std::string& out) {
  if (connector::is_null(bytes)) {
    out += "null";
  } else if (is_utf8(text(bytes))) {
    append_string(text(bytes), out);
  } else {
    out += R"({"base64":")";
    append_base64(text(bytes), out);
    out += "\"}";
  }
}

// A name has to be a JSON string whatever it holds.
void append_name(std::string_view name, std::string& out) {
  if (is_utf8(name)) return append_string(name, out);
  out += "\"base64:";
  append_base64(name, out);
  out += '"';
}

void append_values(std::span<const connector_header> headers, std::size_t first, std::string& out) {
  bool several = false;
  const std::size_t begin = out.size();
  append_bytes(headers[first].value, out);
  for (std::size_t i = first + 1; i < headers.size(); ++i) {
    if (text(headers[i].name) != text(headers[first].name)) continue;
    out += ',';
    append_bytes(headers[i].value, out);
    several = true;
  }
  if (several) out.insert(begin, 1, '['), out += ']';
}

void append_headers(std::span<const connector_header> headers, std::string& out) {
  char separator = '{';
  for (std::size_t i = 0; i < headers.size(); ++i) {
    bool seen = false;
    for (std::size_t earlier = 0; earlier < i && !seen; ++earlier)
      seen = text(headers[earlier].name) == text(headers[i].name);
    if (seen) continue;
    out += separator;
    append_name(text(headers[i].name), out);
    out += ':';
    append_values(headers, i, out);
    separator = ',';
  }
  out += '}';
}

}  // namespace

void append_json_line(const connector::Record& record, std::string& out) {
  out += '{';
  if (record.has_id()) {
    out += R"("id":)";
    append_bytes(record.raw().id, out);
    out += ',';
  }
  if (record.has_key()) {
    out += R"("key":)";
    append_bytes(record.raw().key, out);
    out += ',';
  }
  out += R"("value":)";
  append_bytes(record.raw().value, out);
  if (!record.headers().empty()) {
    out += R"(,"headers":)";
    append_headers(record.headers(), out);
  }
  if (record.timestamp_ms() != 0)
    out += R"(,"timestamp_ms":)" + std::to_string(record.timestamp_ms());
  out += '}';
}

}  // namespace connector_host_plugins::file
