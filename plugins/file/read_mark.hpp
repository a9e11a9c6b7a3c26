#pragma once
// ReadMark: how far a file has been read, in a form that survives a restart and recognises the
// file.
//
// A path is not a file: the one at the path may have been rotated or overwritten. So the mark keeps
// the inode and a hash of the text around the place, and a file that does not match both is another
// file. A value; any thread may hold one.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector_host_plugins::file {

struct ReadMark {
  std::uint64_t offset = 0;
  std::uint64_t inode = 0;
  std::uint64_t fingerprint = 0;
  std::int64_t modified_ns = 0;  // when the file was last written to, as of the mark: what follows
                                 // it is newer; 0: not known

  // Of the open file as it is now. Nothing when it is shorter than offset or cannot be read.
  static std::optional<ReadMark> of(int fd, std::uint64_t offset);
  // The text that text() made; nothing when it is something else.
  static std::optional<ReadMark> parse(std::string_view text);
  std::string text() const;
  // The open file is the one that the mark was taken of, as far as can be told.
  bool is_of(int fd) const;

  bool operator==(const ReadMark&) const = default;
};

// pread(2) until size bytes are there or the file ends; how many there are. Throws
// std::system_error.
std::size_t read_at(int fd, char* out, std::size_t size, std::uint64_t offset);

// The offset of the first byte that is not NUL, from offset on; the file's size when there is none.
// What the file system stores as a hole is not read. Throws std::system_error.
std::uint64_t end_of_nuls(int fd, std::uint64_t offset);

// Where the line that holds the byte before offset begins; offset itself when that byte is a
// newline or offset is 0.
std::uint64_t line_begin_before(int fd, std::uint64_t offset);

}  // namespace connector_host_plugins::file
