#pragma once
// SourceText: the bytes of a topology file before anybody parses them, and how an offset becomes a line and column.
//
// The checks come before yaml-cpp for a reason: it guesses UTF-16 and UTF-32 from NUL bytes, replaces what is not
// UTF-8, and takes byte 0x04 for the end of the file (its Stream::eof()). One thread; the text belongs to the caller.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/topology/node.hpp"
#include "host/topology/problems.hpp"

namespace connector_host::topology {

class SourceText {
 public:
  static constexpr std::size_t largest = 1u << 20;

  explicit SourceText(std::string_view text);

  // False, with the problem reported, when it is too large or not text.
  bool check(Problems& problems) const;
  std::string_view text() const { return text_; }
  Position position(std::size_t offset) const;

  // The whole file, or nothing with the problem reported. A regular file only: a pipe may never end.
  static std::optional<std::string> read_file(const std::string& path, Problems& problems);

 private:
  std::size_t characters_before(std::size_t offset) const;

  std::string_view text_;  // without a byte order mark
  std::vector<std::size_t> line_starts_;
  std::vector<std::size_t> counts_;  // characters before each block of bytes: one line may hold the whole file
};

// The offset of the first byte that is not part of a UTF-8 character; npos: all of it is UTF-8.
std::size_t first_not_utf8(std::string_view text);

}  // namespace connector_host::topology
