// A file that is emptied in place (copytruncate) while its writer has no O_APPEND: it goes on at
// its own offset, and NUL bytes stand before its next line.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/plugins/file/followed_file.hpp"

namespace file_test {
namespace {

class EmptiedFile : public FollowedFile {
 protected:
  void write_at(std::uint64_t offset, std::string_view text) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(std::streamoff(offset));
    file << text;
  }
  void empty() const { std::filesystem::resize_file(path_, 0); }
  std::string with_headers() const { return config({{"headers", "true"}}); }
  static std::string offset_of(const Lease& lease) {
    return std::string(connector::text(lease[0].headers[1].value));
  }
};

TEST_F(EmptiedFile, NUL_bytes_before_the_next_line_are_skipped_and_counted_in_its_offset) {
  for (const std::uint64_t written :
       {13u, 5000u, 3u << 20}) {  // within a block, some blocks, more than max_line_bytes
    std::filesystem::remove(path_);
    append_text(path_, "a first line\n");
    SourceTrial source(file_source(), with_headers(), host_ = std::make_shared<FakeHost>());
    source.open();
    EXPECT_EQ(take(source, 1), Values{"a first line"});
    empty();
    EXPECT_EQ(take_what_comes(source), Values{});
    write_at(written, "2\n3\n");
    const Lease lease = source.take(1);
    EXPECT_EQ(lease.values(), Values{"2"});
    EXPECT_EQ(offset_of(lease), std::to_string(written));
    EXPECT_EQ(take(source, 1), Values{"3"});
    EXPECT_EQ(logged("NUL bytes before its next line are skipped"), 1u);
  }
}

TEST_F(EmptiedFile, NUL_bytes_are_skipped_too_when_the_emptying_was_not_noticed) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), with_headers(), host_);
  source.open();
  const Lease held = source.take(1);
  empty();
  write_at(10, "2\n");  // 2 to 9 were written and emptied before they were read
  const Lease lease = source.take(1);
  EXPECT_EQ(lease.values(), Values{"2"});
  EXPECT_EQ(offset_of(lease), "10");
  source.nack(held.positions(), 1);  // its text is gone
  EXPECT_EQ(take_what_comes(source), Values{});
  EXPECT_EQ(host_->metric(2), 1);
}

TEST_F(EmptiedFile, The_position_holds_across_restarts) {
  append_text(path_, "a first line\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"a first line"});
    empty();
    EXPECT_EQ(take_what_comes(source), Values{});
  }
  write_at(5000, "2\n3\n");
  for (const char* line : {"2", "3"}) {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    {
      const Lease unsettled = source.take(2);
    }
    source.close();
    source.open();
    EXPECT_EQ(take(source, 1), Values{line});
  }
  EXPECT_EQ(host_->metric(2), 0);
}

TEST_F(EmptiedFile, One_that_was_emptied_while_nobody_was_looking_has_its_NUL_bytes_skipped) {
  append_text(path_, "a first line\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"a first line"});
  }
  empty();
  write_at(20, "2\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"2"});
}

TEST_F(EmptiedFile, Other_NUL_bytes_are_data) {
  const auto bytes = [](std::string_view text) { return std::string(text); };
  using namespace std::string_view_literals;
  append_text(path_, "\0at the beginning\nwith\0in\n"sv);
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 2), (Values{bytes("\0at the beginning"sv), bytes("with\0in"sv)}));
  append_text(path_, "\0\0at a line's beginning\n"sv);
  EXPECT_EQ(take(source, 1), Values{bytes("\0\0at a line's beginning"sv)});
  empty();
  EXPECT_EQ(take_what_comes(source), Values{});
  append_text(path_, "1\n\0\0after it was emptied\n"sv);
  EXPECT_EQ(take(source, 2), (Values{"1", bytes("\0\0after it was emptied"sv)}));
  EXPECT_EQ(logged("NUL bytes"), 0u);
}

}  // namespace
}  // namespace file_test
