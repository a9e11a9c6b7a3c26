#include "plugins/file/rotated_files.hpp"

#include <connector/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "plugins/file/compression.hpp"
#include "plugins/file/tailed_file.hpp"

namespace connector_host_plugins::file {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr int most_looks = 20;  // at a directory whose files are renamed while they are looked at

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

std::pair<std::int64_t, std::int64_t> written(const struct stat& status) {
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

// Of an open file; of none it is that of no file.
struct stat status_of(int fd) {
  struct stat status{};
  if (fd >= 0 && ::fstat(fd, &status) != 0)
    throw std::system_error(errno, std::generic_category(), "fstat");
  return status;
}

bool was_read(int fd, const std::deque<ReadMark>& read) {
  return std::any_of(read.begin(), read.end(),
                     [&](const ReadMark& mark) { return mark.is_of(fd); });
}

}  // namespace

// While a file is compressed, and with some tools after that, the text is there as well.
bool RotatedFiles::has_text_beside(const std::string& compressed) const {
  return disk_.status(compressed.substr(0, compressed.rfind('.'))).has_value();
}

bool RotatedFiles::is_unmoved(const Found& before, const Found& now) {
  return before.path == now.path && is_same(before.status, now.status);
}

std::vector<RotatedFiles::Found> RotatedFiles::list() const {
  const std::string name = std::filesystem::path(path_).filename();
  std::vector<Found> all;
  for (const std::string& other : disk_.names_in(folder_of(path_))) {
    if (other.size() == name.size() || !other.starts_with(name)) continue;
    const std::string added = other.substr(name.size());
    const auto status = disk_.status(path_ + added);
    if (status && S_ISREG(status->st_mode))
      all.push_back({path_ + added, RotatedName(added), *status});
  }
  return all;
}

OwnedFd RotatedFiles::find(const ReadMark& mark) const {
  for (const Found& each : list()) {
    if (each.status.st_ino != mark.inode) continue;
    OwnedFd fd = TailedFile::open(disk_, each.path);
    if (fd && mark.is_of(fd.get())) return fd;
  }
  return {};
}

RotatedFiles::Next RotatedFiles::after(int current, int at_path,
                                       const std::deque<ReadMark>& read) const {
  return after(status_of(current), status_of(at_path), read);
}

RotatedFiles::Next RotatedFiles::after(const ReadMark& gone, int at_path) const {
  const struct stat there = status_of(at_path);
  if (gone.modified_ns == 0 || there.st_ino == gone.inode)
    return {};  // emptied in place: others are copies of what was read
  struct stat current{};
  current.st_mtim = {gone.modified_ns / second_ns, gone.modified_ns % second_ns};
  return after(current, there, {});
}

// Looked at twice: a file that is renamed in between may be missing in a listing.
RotatedFiles::Next RotatedFiles::after(const struct stat& current, const struct stat& at_path,
                                       const std::deque<ReadMark>& read) const {
  std::vector<Found> all = list();
  for (int look = 0; look < most_looks; ++look) {
    auto next = first_unread(newer_than(current, at_path, all), read);
    std::vector<Found> again = list();
    if (next && std::equal(all.begin(), all.end(), again.begin(), again.end(), is_unmoved))
      return std::move(*next);
    all = std::move(again);
  }
  throw connector::not_connected("the files beside '" + path_ +
                                 "' are renamed while they are looked at");
}

RotatedFiles::Newer RotatedFiles::newer_than(const struct stat& current, const struct stat& at_path,
                                             const std::vector<Found>& all) const {
  const auto own = std::find_if(all.begin(), all.end(),
                                [&](const Found& each) { return is_same(each.status, current); });
  Newer newer;
  for (const Found& each : all) {
    if (is_same(each.status, current) || is_same(each.status, at_path) || each.status.st_size == 0)
      continue;
    if (written(each.status) < written(current)) continue;
    const bool is_as_old = written(each.status) == written(current);
    const auto by_name =
        is_as_old && own != all.end() ? RotatedName::compare(each.name, own->name) : std::nullopt;
    if (each.name.is_compressed()) {
      if (!is_as_old && !has_text_beside(each.path))
        newer.compressed.push_back(&each);  // as old: the current one, compressed
    } else if (!each.name.is_usual()) {
      newer.unusual.push_back(&each);
    } else if (!by_name || *by_name > 0) {
      newer.texts.push_back(&each);
      if (is_as_old && !by_name) newer.doubtful.push_back(&each);
    }
  }
  std::sort(newer.texts.begin(), newer.texts.end(), [](const Found* one, const Found* other) {
    if (written(one->status) != written(other->status))
      return written(one->status) < written(other->status);
    return one->name.sorts_before(other->name);
  });
  return newer;
}

std::optional<RotatedFiles::Next> RotatedFiles::first_unread(
    const Newer& newer, const std::deque<ReadMark>& read) const {
  Next next;
  for (const Found* each : newer.unusual) next.unusual.push_back(each->path);
  const Found* first = nullptr;
  for (auto at = newer.texts.begin(); !first && at != newer.texts.end(); ++at) {
    OwnedFd fd = TailedFile::open(disk_, (*at)->path);
    struct stat opened{};
    if (!fd || ::fstat(fd.get(), &opened) != 0 || !is_same(opened, (*at)->status))
      return std::nullopt;
    if (was_read(fd.get(), read)) continue;
    if (!compression_of(fd.get()).empty()) {  // its name does not show it
      next.compressed.push_back((*at)->path);
      continue;
    }
    first = *at;
    next.file = std::move(fd);
    if (std::find(newer.doubtful.begin(), newer.doubtful.end(), first) != newer.doubtful.end())
      next.doubtful = first->path;
  }
  for (const Found* each : newer.compressed) {
    if (!first || written(each->status) <= written(first->status))
      next.compressed.push_back(each->path);
  }
  return next;
}

}  // namespace connector_host_plugins::file
