#include "plugins/file/file_tail.hpp"

#include <sys/stat.h>

#include <connector/error.hpp>

#include <algorithm>
#include <utility>

#include "plugins/file/compression.hpp"

namespace connector_host_plugins::file {
namespace {

std::uint64_t size_of(int fd) {
  struct stat now{};
  return ::fstat(fd, &now) == 0 ? std::uint64_t(now.st_size) : 0;
}

std::uint64_t inode_of(int fd) {
  struct stat now{};
  return ::fstat(fd, &now) == 0 ? now.st_ino : 0;
}

}  // namespace

FileTail::FileTail(Settings settings, connector::Host host)
    : settings_(std::move(settings)), host_(host), disk_(host), rotated_(disk_, settings_.path) {}

void FileTail::open(const std::optional<ReadMark>& mark) {
  close();
  RotatedFiles::Next found = find(mark);
  OwnedFd fd = std::move(found.file);
  if (!fd) {
    was_missing_ = true;
    throw missing();
  }
  require_text(compression_of(fd.get()));
  // The same inode, and yet it is read from its beginning: it was emptied, unless nothing was
  // settled.
  const bool is_known = mark && mark->inode == inode_of(fd.get());
  const auto beginning =
      is_known ? TailedFile::Beginning::emptied : TailedFile::Beginning::original;
  std::uint64_t offset = 0;
  if (mark && mark->is_of(fd.get())) {
    offset = resume_offset(fd.get(), mark->offset);
  } else if (mark) {
    host_.warn("'" + settings_.path +
               "' is not the file that was read before, and that one is gone: what followed it is "
               "read from its start");
    warn_of(found);
  } else if (settings_.from_end && !was_missing_) {
    offset = line_begin_before(fd.get(), size_of(fd.get()));
  }
  files_.emplace_back(std::move(fd), offset, settings_.max_line_bytes, beginning);
}

void FileTail::check(const std::optional<ReadMark>& mark) {
  const RotatedFiles::Next found = find(mark);
  if (!found.file) throw missing();
  require_text(compression_of(found.file.get()));
}

void FileTail::require_text(std::string_view compression) const {
  if (compression.empty()) return;
  throw connector::bad_config(
      "path: '" + settings_.path + "' is compressed (" + std::string(compression) +
      "), and the source reads text: decompress it, and set path to the decompressed file");
}

// The file of the mark, wherever it is by now, or what followed it, or the one at the path. Null
// when there is none of them.
RotatedFiles::Next FileTail::find(const std::optional<ReadMark>& mark) const {
  RotatedFiles::Next found;
  OwnedFd at_path = TailedFile::open(disk_, settings_.path);
  if (mark && !(at_path && mark->is_of(at_path.get()))) {
    found.file = rotated_.find(*mark);
    if (!found.file) found = rotated_.after(*mark, at_path.get());
  }
  if (!found.file) found.file = std::move(at_path);
  return found;
}

connector::Error FileTail::missing() const {
  const std::string what = "there is no file '" + settings_.path + "'";
  return settings_.follow
             ? connector::not_connected(what + " yet")
             : connector::bad_config(what + "; correct path, or set follow: true to wait for it");
}

// A file's last line may have been handed out without its newline, at the end of an earlier run.
// Once there is more, it was not the whole line, and the whole one is handed out.
std::uint64_t FileTail::resume_offset(int fd, std::uint64_t offset) const {
  const std::uint64_t begin = line_begin_before(fd, offset);
  if (begin == offset) return offset;
  char next = 0;
  if (read_at(fd, &next, 1, offset) == 0) return settings_.follow ? begin : offset;
  return next == '\n' ? offset + 1 : begin;
}

void FileTail::close() {
  first_ += std::uint32_t(files_.size());
  files_.clear();
  read_.clear();  // what was not settled is read again
  ended_ = false;
  replaced_since_.reset();
}

std::optional<LineStream::Found> FileTail::next() {
  while (!ended_) {
    const std::uint32_t index = current_index();
    auto line = current().next_line();
    warn_of_nuls(current().take_passed_over());
    if (line) return Found{*line, index};
    require_text(current().compression());
    if (files_.size() >= most_files) return std::nullopt;
    OwnedFd after = successor();
    if (!after && settings_.follow) return std::nullopt;
    const auto rest = current().rest();  // it is the last line, with or without a newline
    ended_ = !after;
    if (after) {
      ++changes_;
      replaced_since_.reset();
      remember_read();
      const auto beginning = current().is_truncated() ? TailedFile::Beginning::emptied
                                                      : TailedFile::Beginning::original;
      files_.emplace_back(std::move(after), 0, settings_.max_line_bytes, beginning);
    }
    if (rest) return Found{*rest, index};
  }
  return std::nullopt;
}

// At the end of the current file: what to read after it, if that is decided.
OwnedFd FileTail::successor() {
  if (settings_.follow && Clock::now() < next_look_) return {};
  next_look_ = Clock::now() + look_every;
  if (current().is_truncated()) {
    host_.warn("'" + settings_.path + "' was emptied: read from its start");
    return current().duplicate();
  }
  const auto there = disk_.status(settings_.path);
  if (there && current().is(*there)) {
    replaced_since_.reset();
    return {};
  }
  const bool exists = there.has_value();
  if (exists && !has_waited()) return {};
  OwnedFd at_path = exists ? TailedFile::open(disk_, settings_.path)
                           : OwnedFd();  // before the others are listed: it may become one of them
  RotatedFiles::Next next = rotated_.after(current().descriptor(), at_path.get(), read_);
  if (!next.file && !at_path) {
    replaced_since_.reset();
    return {};
  }
  if (!has_waited()) return {};
  warn_of(next);
  return next.file ? std::move(next.file) : std::move(at_path);
}

// Whoever wrote to the old file may go on for a moment after it was renamed.
bool FileTail::has_waited() {
  if (!settings_.follow) return true;
  if (!replaced_since_) replaced_since_ = Clock::now();
  return Clock::now() - *replaced_since_ >= settings_.rotate_wait;
}

void FileTail::warn_of(const RotatedFiles::Next& next) {
  for (const std::string& path : next.compressed) {
    host_.warn("'" + path + "' was compressed before it was read: its lines are left out (" +
               std::to_string(++compressed_) + " such files so far)");
  }
  if (!next.doubtful.empty() && !std::exchange(was_doubtful_, true)) {
    host_.warn("'" + next.doubtful +
               "' has the same modification time as the file that was read before it, and their "
               "names do not tell which was first: " +
               "it is read, and its lines may come twice");
  }
  if (!next.unusual.empty() && !std::exchange(was_unusual_, true)) {
    host_.warn("'" + next.unusual.front() +
               "' is not read, because its name is not that of a rotated file: a number or a date "
               "behind the name of '" +
               settings_.path + "'");
  }
}

void FileTail::warn_of_nuls(std::uint64_t bytes) {
  if (bytes == 0 || std::exchange(had_nuls_, true)) return;
  host_.warn(
      "'" + settings_.path +
      "' was emptied, and its writer continued at its old offset: " + std::to_string(bytes) +
      " NUL bytes before its next line are skipped; let the writer open the file with O_APPEND");
}

// An empty file is none to read again, and its inode may be another file's tomorrow.
void FileTail::remember_read() {
  const auto mark = current().mark_at(current().line_begin());
  if (!mark || mark->offset == 0) return;
  if (read_.size() == most_read) read_.pop_front();
  read_.push_back(*mark);
}

WakeSignal::Wait FileTail::wait(const WakeSignal& wake,
                                WakeSignal::Clock::time_point deadline) const {
  return wake.wait_until(std::min(deadline, Clock::now() + look_every));
}

std::optional<std::string> FileTail::reread(const LineLedger::Entry& entry) const {
  return files_.at(entry.file - first_).reread(entry.begin, entry.length);
}

std::optional<ReadMark> FileTail::mark(const LineLedger::Entry* oldest) const {
  if (files_.empty()) return std::nullopt;
  if (oldest) return files_.at(oldest->file - first_).mark_at(oldest->begin);
  return files_.back().mark_at(files_.back().line_begin());
}

void FileTail::forget_before(const LineLedger::Entry* oldest) {
  const std::uint32_t keep = oldest ? oldest->file : current_index();
  for (; !files_.empty() && first_ < keep; ++first_) files_.pop_front();
}

std::uint32_t FileTail::take_changes() {
  return std::exchange(changes_, 0);
}

}  // namespace connector_host_plugins::file
