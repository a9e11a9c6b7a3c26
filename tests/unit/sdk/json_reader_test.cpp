// The reader of configuration text: what a host writes it reads, everything else it refuses with
// the place.
#include <gtest/gtest.h>
#include <connector/json_reader.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using connector::detail::JsonReader;

std::string string_of(std::string_view json) {
  return JsonReader(json).string();
}

std::string refusal(std::string_view json) {
  try {
    string_of(json);
  } catch (const connector::Error& error) {
    EXPECT_EQ(error.code(), CONNECTOR_BAD_CONFIG);
    return error.what();
  }
  return "";
}

TEST(JsonReader, Escapes_are_what_they_stand_for) {
  EXPECT_EQ(string_of(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
}

TEST(JsonReader, Code_points_of_every_length_become_utf8) {
  EXPECT_EQ(string_of(R"("\u0041\u00e9\u20AC\ud83d\ude00")"),
            "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(string_of(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonReader, Blanks_between_words_do_not_matter) {
  JsonReader reader(" [ 1 ,\n true , \"x\" ] ");
  std::vector<std::string> items;
  reader.sequence('[', ']',
                  [&] { items.push_back(reader.next_is('"') ? reader.string() : reader.word()); });
  reader.expect_end();
  EXPECT_EQ(items, (std::vector<std::string>{"1", "true", "x"}));
}

TEST(JsonReader, An_empty_sequence_has_no_items) {
  JsonReader reader("{ }");
  reader.sequence('{', '}', [] { FAIL(); });
  reader.expect_end();
}

TEST(JsonReader, What_is_no_string_is_refused_with_the_place) {
  EXPECT_NE(refusal("\"abc").find("unterminated string at byte 4"), std::string::npos);
  EXPECT_NE(refusal("\"abc\\").find("unterminated escape"), std::string::npos);
  EXPECT_NE(refusal(R"("\x")").find("unknown escape"), std::string::npos);
  EXPECT_NE(refusal(R"("\u12G4")").find("four hex digits"), std::string::npos);
  EXPECT_NE(refusal(R"("\u12)").find("four hex digits"), std::string::npos);
  EXPECT_NE(refusal("abc").find("expected '\"'"), std::string::npos);
}

TEST(JsonReader, Half_a_surrogate_pair_is_refused) {
  EXPECT_NE(refusal(R"("\ud83d")").find("lone surrogate"), std::string::npos);
  EXPECT_NE(refusal(R"("\ud83dx")").find("lone surrogate"), std::string::npos);
  EXPECT_NE(refusal(R"("\ud83d\u0041")").find("lone surrogate"), std::string::npos);
  EXPECT_NE(refusal(R"("\ude00")").find("lone surrogate"), std::string::npos);
}

TEST(JsonReader, More_text_than_one_value_is_refused) {
  JsonReader reader("{} x");
  reader.sequence('{', '}', [] {});
  EXPECT_THROW(reader.expect_end(), connector::Error);
}

}  // namespace
