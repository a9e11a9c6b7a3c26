#pragma once
// TailedFile: one open regular file and how far it has been read.
//
// It stays the same file when its path is renamed or unlinked; whether the path names another one by now is for FileTail
// to find out. Not thread-safe. Owned by FileTail.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/file/host_files.hpp"
#include "plugins/file/line_reader.hpp"
#include "plugins/file/owned_fd.hpp"
#include "plugins/file/read_mark.hpp"

namespace connector_host_plugins::file {

class TailedFile {
 public:
  // Null when there is no such file. Throws connector::Error: what is not a regular file, or may not be read, is BAD_CONFIG.
  static OwnedFd open(const HostFiles& files, const std::string& path);

  TailedFile(OwnedFd fd, std::uint64_t offset, std::uint64_t max_line_bytes);

  // The next whole line, reading on as needed; nothing at the end of the file, or when it is compressed.
  std::optional<Line> next_line();
  // Of a file that is read from its beginning: see compression_of. Known once there are enough bytes.
  std::string_view compression() const { return compression_; }
  std::optional<Line> rest() { return reader_.rest(); }
  // The text of a line that was read before; nothing when it is not there any more.
  std::optional<std::string> reread(std::uint64_t begin, std::uint64_t length) const;
  // The file got shorter than what was read of it: somebody emptied it in place. Known for good once seen.
  bool is_truncated();
  bool is(const struct stat& other) const;
  int descriptor() const { return fd_.get(); }
  std::uint64_t line_begin() const { return reader_.line_begin(); }
  std::optional<ReadMark> mark_at(std::uint64_t offset) const;
  // A second handle on the same file.
  OwnedFd duplicate() const;

 private:
  OwnedFd fd_;
  LineReader reader_;
  bool truncated_ = false;
  std::string_view compression_;
};

}  // namespace connector_host_plugins::file
