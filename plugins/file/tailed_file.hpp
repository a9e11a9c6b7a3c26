#pragma once
// TailedFile: one open regular file and how far it has been read.
//
// It stays the same file when its path is renamed or unlinked; whether the path names another one
// by now is for FileTail to find out. Not thread-safe. Owned by FileTail.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "plugins/file/host_files.hpp"
#include "plugins/file/line_reader.hpp"
#include "plugins/file/owned_fd.hpp"
#include "plugins/file/read_mark.hpp"

namespace connector_host_plugins::file {

class TailedFile {
 public:
  // Of a file that is read from its beginning: whether it is the one it always was, or was emptied
  // in place.
  enum class Beginning { original, emptied };

  // Null when there is no such file. Throws connector::Error: what is not a regular file, or may
  // not be read, is BAD_CONFIG.
  static OwnedFd open(const HostFiles& files, const std::string& path);

  TailedFile(OwnedFd fd, std::uint64_t offset, std::uint64_t max_line_bytes, Beginning beginning);

  // The next whole line, reading on as needed; nothing at the end of the file, or when it is
  // compressed.
  std::optional<Line> next_line();
  // Of a file that is read from its beginning: see compression_of. Known once there are enough
  // bytes.
  std::string_view compression() const { return compression_; }
  // Bytes that next_line passed over since the last call of this: NUL bytes that a writer without
  // O_APPEND left when the file was emptied below it.
  std::uint64_t take_passed_over() { return std::exchange(passed_over_, 0); }
  std::optional<Line> rest() { return reader_.rest(); }
  // The text of a line that was read before; nothing when the file was emptied after that.
  std::optional<std::string> reread(std::uint64_t begin, std::uint64_t length) const;
  // The file got shorter than what was read of it: somebody emptied it in place. Known for good
  // once seen.
  bool is_truncated();
  bool is(const struct stat& other) const;
  int descriptor() const { return fd_.get(); }
  std::uint64_t line_begin() const { return reader_.line_begin(); }
  std::optional<ReadMark> mark_at(std::uint64_t offset) const;
  // A second handle on the same file.
  OwnedFd duplicate() const;

 private:
  void pass_over_nuls();
  bool was_emptied_at(std::uint64_t line_begin) const;

  OwnedFd fd_;
  LineReader reader_;
  const Beginning beginning_;
  std::uint64_t passed_over_ = 0;
  std::uint64_t nuls_end_ = 0;  // what was read before this offset is not there any more
  bool truncated_ = false;
  std::string_view compression_;
};

}  // namespace connector_host_plugins::file
