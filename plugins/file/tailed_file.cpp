#include "plugins/file/tailed_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <connector/error.hpp>

#include <array>
#include <cerrno>
#include <utility>

#include "plugins/file/compression.hpp"
#include "plugins/file/error_text.hpp"

namespace connector_host_plugins::file {
OwnedFd TailedFile::open(const HostFiles& files, const std::string& path) {
  HostFiles::Opened opened =
      files.open(path, O_RDONLY | O_NOCTTY |
                           O_NONBLOCK);  // O_NONBLOCK: a pipe without a writer does not hold us
  OwnedFd fd = std::move(opened.fd);
  if (!fd && opened.error == ENOENT) return fd;
  if (!fd && may_pass(opened.error))
    throw connector::not_connected("cannot open '" + path + "': " + opened.why);
  if (!fd) throw connector::bad_config("cannot open '" + path + "': " + opened.why);
  struct stat now{};
  if (::fstat(fd.get(), &now) != 0)
    throw connector::not_connected("cannot look at '" + path + "': " + error_text(errno));
  if (!S_ISREG(now.st_mode))
    throw connector::bad_config("'" + path +
                                "' is not a regular file; to read a pipe, use path: \"-\" and "
                                "redirect it to standard input");
  return fd;
}

TailedFile::TailedFile(OwnedFd fd, std::uint64_t offset, std::uint64_t max_line_bytes,
                       Beginning beginning)
    : fd_(std::move(fd)), reader_(max_line_bytes, offset), beginning_(beginning) {}

std::optional<Line> TailedFile::next_line() {
  for (;;) {
    if (auto line = reader_.next()) return line;
    pass_over_nuls();
    const auto room = reader_.room();
    const std::uint64_t from = reader_.read_offset();
    const std::size_t got = read_at(fd_.get(), room.data(), room.size(), from);
    if (got == 0) return std::nullopt;
    if (from < decisive_bytes) compression_ = compression_of(fd_.get());
    if (!compression_.empty()) return std::nullopt;
    reader_.filled(got);
  }
}

// A writer without O_APPEND goes on at its own offset after the file was emptied, and the file has
// NUL bytes up to there. They are no part of the line behind them.
void TailedFile::pass_over_nuls() {
  const std::uint64_t begin = reader_.line_begin();
  if (!reader_.is_at_line_begin() || !was_emptied_at(begin)) return;
  nuls_end_ = end_of_nuls(fd_.get(), begin);
  reader_.pass_over(nuls_end_ - begin);
  passed_over_ += nuls_end_ - begin;
}

// The newline before the line was read, so where there is a NUL byte now, the file was emptied
// since.
bool TailedFile::was_emptied_at(std::uint64_t line_begin) const {
  std::array<char, 2> bytes;
  if (line_begin == 0)
    return beginning_ == Beginning::emptied && read_at(fd_.get(), bytes.data(), 1, 0) == 1 &&
           bytes[0] == '\0';
  return read_at(fd_.get(), bytes.data(), 2, line_begin - 1) == 2 && bytes[0] == '\0' &&
         bytes[1] == '\0';
}

std::optional<std::string> TailedFile::reread(std::uint64_t begin, std::uint64_t length) const {
  if (truncated_ || begin < nuls_end_) return std::nullopt;
  std::string text(length, '\0');
  if (read_at(fd_.get(), text.data(), length, begin) != length) return std::nullopt;
  return text;
}

bool TailedFile::is_truncated() {
  struct stat now{};
  if (::fstat(fd_.get(), &now) == 0 && std::uint64_t(now.st_size) < reader_.read_offset())
    truncated_ = true;
  return truncated_;
}

bool TailedFile::is(const struct stat& other) const {
  struct stat here{};
  return ::fstat(fd_.get(), &here) == 0 && other.st_ino == here.st_ino &&
         other.st_dev == here.st_dev;
}

std::optional<ReadMark> TailedFile::mark_at(std::uint64_t offset) const {
  return truncated_ ? std::nullopt : ReadMark::of(fd_.get(), offset);
}

OwnedFd TailedFile::duplicate() const {
  OwnedFd copy(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw std::system_error(errno, std::generic_category(), "dup");
  return copy;
}

}  // namespace connector_host_plugins::file
