#include "host/plugin/utf8.hpp"

#include <gtest/gtest.h>

namespace connector_host::plugin {
namespace {

TEST(Utf8, Text_of_any_language_passes) {
  for (const char* text : {"", "plain", "two\nlines\tand a tab", "\xc3\xa4", "\xe2\x82\xac",
                           "\xf0\x9f\x90\x87", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Utf8, What_RFC_3629_forbids_does_not) {
  for (const char* text :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc3(", "a\x01", "\x7f"})
    EXPECT_FALSE(is_utf8(text)) << text;
  EXPECT_FALSE(is_utf8(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace connector_host::plugin
