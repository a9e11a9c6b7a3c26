// Cutting bytes into lines: offsets, long lines, and bytes that arrive in any pieces.
#include "plugins/file/line_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using connector_host_plugins::file::Line;
using connector_host_plugins::file::LineReader;

void feed(LineReader& reader, std::string_view text) {
  while (!text.empty()) {
    const auto room = reader.room();
    const std::size_t size = std::min(room.size(), text.size());
    std::copy_n(text.data(), size, room.data());
    reader.filled(size);
    text.remove_prefix(size);
  }
}

TEST(LineReader, Lines_are_cut_at_newlines_and_know_their_place) {
  LineReader reader(100, 10);
  feed(reader, "ab\n\ncd\r\nrest");
  const auto first = reader.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "ab");
  EXPECT_EQ(first->begin, 10u);
  EXPECT_EQ(first->end, 13u);
  EXPECT_EQ(reader.next()->text, "");
  EXPECT_EQ(reader.next()->text, "cd\r");
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.line_begin(), 18u);
  EXPECT_EQ(reader.read_offset(), 22u);
  EXPECT_EQ(reader.rest()->text, "rest");
  EXPECT_FALSE(reader.rest());
}

TEST(LineReader, A_line_of_exactly_the_limit_is_read_and_one_byte_more_is_not) {
  LineReader reader(4, 0);
  feed(reader, "four\nfive5\nok\n");
  EXPECT_EQ(reader.next()->text, "four");
  const auto long_one = reader.next();
  EXPECT_TRUE(long_one->too_long);
  EXPECT_EQ(long_one->length, 5u);
  EXPECT_EQ(long_one->text, "");
  EXPECT_EQ(reader.next()->text, "ok");
}

TEST(LineReader, A_very_long_line_is_skipped_in_little_memory) {
  LineReader reader(1024, 0);
  const std::string part(100'000, 'x');
  std::size_t most = 0;
  for (int i = 0; i < 50; ++i) {
    EXPECT_FALSE(reader.next());
    feed(reader, part);
    EXPECT_FALSE(reader.next());
    most = std::max(most, reader.room().size());
  }
  feed(reader, "\nnext\n");
  const auto line = reader.next();
  EXPECT_TRUE(line->too_long);
  EXPECT_EQ(line->length, 5'000'000u);
  EXPECT_EQ(line->end, 5'000'001u);
  EXPECT_EQ(reader.next()->text, "next");
  EXPECT_LT(most, 1'000'000u);
}

TEST(LineReader, Any_pieces_give_the_same_lines) {
  std::mt19937 random(7);
  std::string text;
  std::vector<std::string> lines;
  for (int i = 0; i < 2000; ++i) {
    lines.emplace_back(random() % 300, char('a' + i % 26));
    text += lines.back() + "\n";
  }
  LineReader reader(300, 0);
  std::vector<std::string> got;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 5000, text.size() - at);
    feed(reader, std::string_view(text).substr(at, size));
    at += size;
    while (const auto line = reader.next()) {
      EXPECT_EQ(text.substr(line->begin, line->length), line->text);
      got.emplace_back(line->text);
    }
  }
  EXPECT_EQ(got, lines);
}

}  // namespace
