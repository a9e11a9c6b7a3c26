#pragma once
// JsonReader: reads the configuration text that create gets, and nothing else.
//
// It exists because the SDK depends on nothing: the host writes that text itself, one flat object whose values are
// scalars, arrays of strings or objects of strings, so 100 lines suffice. It is not a JSON library: a plugin that reads
// records brings its own. Throws connector::Error (BAD_CONFIG) with the offset when the text is something else.
#include <cstdint>
#include <string>
#include <string_view>

#include "connector/error.hpp"

namespace connector::detail {

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  bool next_is(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool take(char c) {
    const bool there = next_is(c);
    at_ += there;
    return there;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string("expected '") + c + "'");
  }
  void expect_end() {
    skip_blanks();
    if (at_ != text_.size()) fail("expected the end");
  }
  std::string string() {
    expect('"');
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') character(out);
    if (at_ == text_.size()) fail("unterminated string");
    ++at_;
    return out;
  }
  // A number, true, false or null, as written.
  std::string word() {
    skip_blanks();
    const std::size_t end = text_.find_first_of(",]} \t\r\n", at_);
    std::string out(text_.substr(at_, end == std::string_view::npos ? end : end - at_));
    if (out.empty()) fail("expected a value");
    at_ += out.size();
    return out;
  }
  // Calls item() for each element between the brackets.
  template <class F>
  void sequence(char open, char close, F&& item) {
    expect(open);
    if (take(close)) return;
    do item();
    while (take(','));
    expect(close);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw bad_config("the configuration text is not what a host writes: " + what + " at byte " + std::to_string(at_));
  }
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  void character(std::string& out) {
    const char c = text_[at_++];
    if (c != '\\') {
      out += c;
      return;
    }
    if (at_ == text_.size()) fail("unterminated escape");
    const char kind = text_[at_++];
    static constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    if (const auto index = from.find(kind); index != std::string_view::npos) {
      out += to[index];
    } else if (kind == 'u') {
      append_utf8(out, code_point());
    } else {
      fail("unknown escape");
    }
  }
  std::uint32_t code_point() {
    const std::uint32_t first = hex4();
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || text_.substr(at_, 2) != "\\u") fail("lone surrogate");
    at_ += 2;
    const std::uint32_t second = hex4();
    if (second < 0xDC00 || second > 0xDFFF) fail("lone surrogate");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }
  std::uint32_t hex4() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const auto digit = at_ < text_.size() ? std::string_view("0123456789abcdef").find(char(text_[at_] | 0x20)) : std::string_view::npos;
      if (digit == std::string_view::npos) fail("expected four hex digits");
      value = value * 16 + std::uint32_t(digit);
    }
    return value;
  }
  static void append_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
      out += char(c);
    } else if (c < 0x800) {
      out += {char(0xC0 | (c >> 6)), char(0x80 | (c & 63))};
    } else if (c < 0x10000) {
      out += {char(0xE0 | (c >> 12)), char(0x80 | ((c >> 6) & 63)), char(0x80 | (c & 63))};
    } else {
      out += {char(0xF0 | (c >> 18)), char(0x80 | ((c >> 12) & 63)), char(0x80 | ((c >> 6) & 63)), char(0x80 | (c & 63))};
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace connector::detail
