// A record as a line of JSON: nothing of it changes, whatever its bytes.
#include "plugins/file/json_line.hpp"

#include <gtest/gtest.h>
#include <connector/view.hpp>

#include <string>
#include <vector>

namespace {

using connector::view;

std::string line_of(const connector_record& record) {
  std::string out;
  connector_host_plugins::file::append_json_line(connector::Record(record), out);
  return out;
}

std::string value_line(std::string_view value) {
  connector_record record{};
  record.value = view(value);
  return line_of(record);
}

TEST(JsonLine, Key_value_headers_id_and_timestamp_are_there_where_the_record_has_them) {
  const std::vector<connector_header> headers = {
      {view("a"), view("1"), CONNECTOR_TEXT, 0},
      {view("none"), connector::null_view(), CONNECTOR_TEXT, 0}};
  connector_record record{};
  record.id = view("i");
  record.key = view("k");
  record.value = view("v");
  record.headers = headers.data();
  record.header_count = headers.size();
  record.timestamp_ms = 1700000000000;
  EXPECT_EQ(
      line_of(record),
      R"({"id":"i","key":"k","value":"v","headers":{"a":"1","none":null},"timestamp_ms":1700000000000})");
}

TEST(JsonLine, A_tombstone_is_null_and_an_empty_value_is_empty) {
  EXPECT_EQ(line_of(connector_record{}), R"({"value":null})");
  EXPECT_EQ(value_line(""), R"({"value":""})");
}

TEST(JsonLine, Control_characters_quotes_and_newlines_are_escaped) {
  EXPECT_EQ(value_line(std::string_view("a\"\\\n\x01\0z", 7)),
            R"({"value":"a\"\\\n\u0001\u0000z"})");
}

TEST(JsonLine, Valid_utf8_stays_and_everything_else_is_base64) {
  EXPECT_EQ(value_line("gr\xC3\xBC\xC3\x9F \xF0\x9F\x90\x87"),
            "{\"value\":\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x90\x87\"}");
  EXPECT_EQ(value_line("\xFF"), R"({"value":{"base64":"/w=="}})");
  EXPECT_EQ(value_line("\xFF\xFE"), R"({"value":{"base64":"//4="}})");
  EXPECT_EQ(value_line("\xFF\xFE\xFD"), R"({"value":{"base64":"//79"}})");
  EXPECT_EQ(value_line("\xFF\xFE\xFD\xFC"), R"({"value":{"base64":"//79/A=="}})");
  for (const char* invalid : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82",
                              "\xE0\x80\x80", "\xF0\x80\x80\x80", "\x80"}) {
    EXPECT_NE(value_line(invalid).find("base64"), std::string::npos);
  }
}

TEST(JsonLine, A_header_that_occurs_twice_becomes_an_array) {
  const std::vector<connector_header> headers = {{view("a"), view("1"), CONNECTOR_TEXT, 0},
                                                 {view("b"), view("2"), CONNECTOR_TEXT, 0},
                                                 {view("a"), view("3"), CONNECTOR_TEXT, 0}};
  connector_record record{};
  record.headers = headers.data();
  record.header_count = headers.size();
  EXPECT_EQ(line_of(record), R"({"value":null,"headers":{"a":["1","3"],"b":"2"}})");
}

}  // namespace
