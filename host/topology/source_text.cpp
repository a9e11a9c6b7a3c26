#include "host/topology/source_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace connector_host::topology {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::uint8_t byte(std::string_view text, std::size_t at) {
  return at < text.size() ? std::uint8_t(text[at]) : 0;
}

bool continues(std::string_view text, std::size_t from, std::size_t count) {
  for (std::size_t i = from; i < from + count; ++i) {
    if ((byte(text, i) & 0xC0) != 0x80) return false;
  }
  return true;
}

// The length of the character at `at`, 0 when it is none; overlong forms, surrogates and beyond U+10FFFF are none (RFC 3629).
std::size_t character_length(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte(text, at), second = byte(text, at + 1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(text, at + 1, 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool refused = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F);
    return !refused && continues(text, at + 1, 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool refused = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return !refused && continues(text, at + 1, 3) ? 4 : 0;
  }
  return 0;
}

constexpr std::size_t block = 64;  // bytes

// Bytes that begin a character: all but 10xxxxxx.
std::size_t count_characters(std::string_view text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (std::uint8_t(c) & 0xC0) != 0x80; }));
}

bool is_control(char c) {
  return (std::uint8_t(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

std::string hex(char c) {
  constexpr char digits[] = "0123456789abcdef";
  return std::string("0x") + digits[std::uint8_t(c) >> 4] + digits[std::uint8_t(c) & 15];
}

}  // namespace

std::size_t first_not_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

SourceText::SourceText(std::string_view text) : text_(text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text) {
  line_starts_.push_back(0);
  for (std::size_t at = text_.find('\n'); at != std::string_view::npos; at = text_.find('\n', at + 1)) line_starts_.push_back(at + 1);
  counts_.push_back(0);
  for (std::size_t at = 0; at + block <= text_.size(); at += block) counts_.push_back(counts_.back() + count_characters(text_.substr(at, block)));
}

bool SourceText::check(Problems& problems) const {
  if (text_.size() > largest) {
    problems.add({}, code::too_large, "", "the file is larger than 1 MiB", "a topology is a few kilobytes; check that this is the right file");
    return false;
  }
  if (const std::size_t bad = first_not_utf8(text_); bad != std::string_view::npos) {
    problems.add(position(bad), code::not_text, "", "byte " + hex(text_[bad]) + " is not UTF-8", "save the file as UTF-8");
    return false;
  }
  if (const auto bad = std::find_if(text_.begin(), text_.end(), is_control); bad != text_.end()) {
    problems.add(position(std::size_t(bad - text_.begin())), code::not_text, "", "control character " + hex(*bad),
                 "remove it, or save the file as UTF-8 if it is not");
    return false;
  }
  return true;
}

Position SourceText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto line = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset) - 1;
  return {int(line - line_starts_.begin()) + 1, int(characters_before(offset) - characters_before(*line)) + 1};
}

std::size_t SourceText::characters_before(std::size_t offset) const {
  const std::size_t start = offset / block * block;
  return counts_[offset / block] + count_characters(text_.substr(start, offset - start));
}

std::optional<std::string> SourceText::read_file(const std::string& path, Problems& problems) {
  const auto refuse = [&](const std::string& why) {
    problems.add({}, code::unreadable, "", "cannot read the file: " + why, "check the path and its permissions");
    return std::nullopt;
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) return refuse(error.message());
  if (!std::filesystem::is_regular_file(status)) return refuse("not a regular file");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return refuse(std::strerror(errno));
  // One byte more than is allowed, so that check() sees that there is more; and room for a byte order mark.
  std::string text(largest + byte_order_mark.size() + 1, '\0');
  in.read(text.data(), std::streamsize(text.size()));
  if (in.bad()) return refuse("the read failed");
  text.resize(std::size_t(in.gcount()));
  return text;
}

}  // namespace connector_host::topology
