#include "host/observability/printable_text.hpp"

#include <gtest/gtest.h>

namespace connector_host::observability {
namespace {

TEST(PrintableText, What_people_write_stays) {
  EXPECT_EQ(one_line("naïve 日本 🚀 C:\\dir \"x\""), "naïve 日本 🚀 C:\\dir \"x\"");
}

TEST(PrintableText, A_message_stays_one_line_and_sends_no_terminal_commands) {
  EXPECT_EQ(one_line("a\r\nb\tc"), "a\\r\\nb\\tc");
  EXPECT_EQ(one_line(std::string_view("\x1b[2J\0\x7f", 6)), "\\x1b[2J\\x00\\x7f");
  EXPECT_EQ(one_line("\xc2\x9b"
                     "31m"),
            "\\x9b31m");
  EXPECT_EQ(one_line("a\u2028b\u202ec"), "a\\u{2028}b\\u{202e}c");
}

TEST(PrintableText, Bytes_that_are_no_UTF_8_are_shown_or_replaced) {
  for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_EQ(one_line(bytes).find('\\'), 0u);
    EXPECT_EQ(valid_utf8(bytes).find("\xef\xbf\xbd"), 0u);
  }
  EXPECT_EQ(one_line("a\xff"), "a\\xff");
  EXPECT_EQ(valid_utf8("a\nb€"), "a\nb€");
}

}  // namespace
}  // namespace connector_host::observability
