#include "plugins/file/file_tail.hpp"

#include <sys/stat.h>

#include <connector/error.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace connector_host_plugins::file {
namespace {

bool matches(int fd, const ReadMark& mark) {
  return ReadMark::of(fd, mark.offset) == mark;
}

std::uint64_t size_of(int fd) {
  struct stat now{};
  return ::fstat(fd, &now) == 0 ? std::uint64_t(now.st_size) : 0;
}

}  // namespace

FileTail::FileTail(Settings settings, connector::Host host) : settings_(std::move(settings)), host_(host) {}

void FileTail::open(const std::optional<ReadMark>& mark) {
  close();
  OwnedFd fd = TailedFile::open(settings_.path);
  std::uint64_t offset = 0;
  if (mark && !(fd && matches(fd.get(), *mark))) {
    if (OwnedFd rotated = find_rotated(*mark)) {
      fd = std::move(rotated);
    } else if (fd) {
      host_.warn("'" + settings_.path + "' is not the file that was read before, and that one is gone: read from its start");
    }
  }
  if (!fd) {
    was_missing_ = true;
    const std::string what = "there is no file '" + settings_.path + "'";
    throw settings_.follow ? connector::not_connected(what + " yet") : connector::bad_config(what + "; correct path, or set follow: true to wait for it");
  }
  if (mark && matches(fd.get(), *mark)) {
    offset = resume_offset(fd.get(), mark->offset);
  } else if (!mark && settings_.from_end && !was_missing_) {
    offset = line_begin_before(fd.get(), size_of(fd.get()));
  }
  files_.emplace_back(std::move(fd), offset, settings_.max_line_bytes);
}

// A file's last line may have been handed out without its newline, at the end of an earlier run. Once there is more, it
// was not the whole line, and the whole one is handed out.
std::uint64_t FileTail::resume_offset(int fd, std::uint64_t offset) const {
  const std::uint64_t begin = line_begin_before(fd, offset);
  if (begin == offset) return offset;
  char next = 0;
  if (read_at(fd, &next, 1, offset) == 0) return settings_.follow ? begin : offset;
  return next == '\n' ? offset + 1 : begin;
}

OwnedFd FileTail::find_rotated(const ReadMark& mark) const {
  const std::filesystem::path path(settings_.path);
  const std::string name = path.filename();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", ignored)) {
    if (!entry.path().filename().string().starts_with(name)) continue;
    struct stat there{};
    if (::stat(entry.path().c_str(), &there) != 0 || !S_ISREG(there.st_mode) || there.st_ino != mark.inode) continue;
    OwnedFd fd = TailedFile::open(entry.path());
    if (fd && matches(fd.get(), mark)) return fd;
  }
  return {};
}

void FileTail::close() {
  first_ += std::uint32_t(files_.size());
  files_.clear();
  ended_ = false;
  replaced_since_.reset();
}

std::optional<LineStream::Found> FileTail::next() {
  while (!ended_) {
    const std::uint32_t index = current_index();
    if (auto line = current().next_line()) return Found{*line, index};
    OwnedFd after = successor();
    if (!after && settings_.follow) return std::nullopt;
    const auto rest = current().rest();  // it is the last line, with or without a newline
    ended_ = !after;
    if (after) {
      ++changes_;
      replaced_since_.reset();
      files_.emplace_back(std::move(after), 0, settings_.max_line_bytes);
    }
    if (rest) return Found{*rest, index};
  }
  return std::nullopt;
}

// At the end of the current file: what to read after it, if that is decided.
OwnedFd FileTail::successor() {
  if (files_.size() >= most_files || (settings_.follow && Clock::now() < next_look_)) return {};
  next_look_ = Clock::now() + look_every;
  if (current().is_truncated()) {
    host_.warn("'" + settings_.path + "' was emptied: read from its start");
    return current().duplicate();
  }
  return is_replaced() ? TailedFile::open(settings_.path) : OwnedFd();
}

// Whoever wrote to the old file may go on for a moment after it was renamed.
bool FileTail::is_replaced() {
  if (current().is_at(settings_.path) || !current().path_exists(settings_.path)) {
    replaced_since_.reset();
    return false;
  }
  if (!settings_.follow) return true;
  if (!replaced_since_) replaced_since_ = Clock::now();
  return Clock::now() - *replaced_since_ >= settings_.rotate_wait;
}

WakeSignal::Wait FileTail::wait(const WakeSignal& wake, WakeSignal::Clock::time_point deadline) const {
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
