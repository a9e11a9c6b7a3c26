#pragma once
// LineReader: cuts a stream of bytes into lines and knows the offset of each.
//
// It reads no file: whoever does puts bytes into room() and says so with filled(). A line longer
// than the limit is skipped in constant memory and reported with its place and length instead of
// its text. Not thread-safe. Owned by the file or stream that it cuts.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace connector_host_plugins::file {

struct Line {
  std::string_view
      text;  // without the newline; valid until the next call of room(); empty when too long
  std::uint64_t begin = 0;   // offset of its first byte
  std::uint64_t end = 0;     // offset after its newline, or after its last byte where there is none
  std::uint64_t length = 0;  // bytes without the newline
  bool too_long = false;
};

class LineReader {
 public:
  LineReader(std::uint64_t max_line_bytes, std::uint64_t offset)
      : max_line_bytes_(max_line_bytes), line_begin_(offset) {}

  // Where to put the next bytes; never empty.
  std::span<char> room();
  void filled(std::size_t count) { end_ += count; }
  // Nothing was read of the next line, which begins that many bytes later than at line_begin().
  void pass_over(std::uint64_t count) { line_begin_ += count; }
  bool is_at_line_begin() const { return read_offset() == line_begin_; }
  // The next line that has its newline.
  std::optional<Line> next();
  // What is left behind the last newline, as a line: for the end of a file that does not end in
  // one.
  std::optional<Line> rest();
  // Where the next line begins.
  std::uint64_t line_begin() const { return line_begin_; }
  // How many bytes were read, counted as an offset: where to read on.
  std::uint64_t read_offset() const { return line_begin_ + skipped_ + (end_ - begin_); }

 private:
  static constexpr std::size_t block = 128 * 1024;

  Line take(std::size_t length, std::size_t newline);
  void skip_if_too_long();

  std::uint64_t max_line_bytes_;
  std::uint64_t line_begin_;  // offset of the line that begins at begin_ (minus skipped_)
  std::uint64_t skipped_ =
      0;  // bytes of the current line that were thrown away because it is too long
  std::vector<char> buffer_;
  std::size_t begin_ = 0, scanned_ = 0,
              end_ = 0;  // unread text is [begin_, end_); no newline in [begin_, scanned_)
};

}  // namespace connector_host_plugins::file
