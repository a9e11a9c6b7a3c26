#include "host/plugin/plugin_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>
#include <string_view>
#include <system_error>

#include "host/plugin/file_status.hpp"
#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

void check_rights(const struct stat& status) {
  if (status.st_mode & S_IWOTH) throw PluginError("can be written by everybody: whoever writes it runs code as this host; run chmod go-w on it");
  if (status.st_mode & S_IWGRP) throw PluginError("can be written by its group: whoever writes it runs code as this host; run chmod go-w on it");
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    throw PluginError("belongs to user " + std::to_string(status.st_uid) + "; it must belong to root or to the host's user " + std::to_string(::geteuid()) +
                      ": run chown on it");
}

// Whoever may rename entries of the directory above may put another directory in this one's place.
void check_parent(int directory) {
  const FileDescriptor parent(::openat(directory, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!parent.is_open()) throw PluginError::of_errno("the directory above it cannot be looked at");
  const struct stat status = status_of(parent.get());
  if ((status.st_mode & S_IWOTH) && !(status.st_mode & S_ISVTX)) throw PluginError("stands in a directory that everybody can write; run chmod o-w on that one");
}

std::string real_path(int descriptor) {
  char buffer[PATH_MAX];
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), buffer, sizeof buffer);
  if (size <= 0) throw PluginError::of_errno("its real path cannot be told without /proc");
  return std::string(buffer, std::size_t(size));
}

}  // namespace

PluginDirectory::PluginDirectory(const std::string& path) {
  if (!path.starts_with('/')) throw PluginError("is not an absolute path; plugin directories are named from the root on");
  directory_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory_.is_open() && errno == ENOENT) return;
  if (!directory_.is_open()) throw PluginError::of_errno("cannot be opened as a directory");
  check_rights(status_of(directory_.get()));
  check_parent(directory_.get());
}

std::vector<std::string> PluginDirectory::libraries() const {
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  FileDescriptor again(::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // the stream takes it over
  const std::unique_ptr<DIR, Close> stream(again.is_open() ? ::fdopendir(again.get()) : nullptr);
  if (!stream) throw PluginError::of_errno("cannot be listed");
  again.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (!name.ends_with(".so") || name.starts_with('.')) continue;  // hidden: editors and copy programs write there first
    if (names.size() == most_files) throw PluginError("holds more than " + std::to_string(most_files) + " libraries; is it a plugin directory?");
    names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

PluginDirectory::Status PluginDirectory::status(const std::string& name) const {
  Status out;
  out.exists = ::fstatat(directory_.get(), name.c_str(), &out.stat, 0) == 0;
  return out;
}

FileDescriptor PluginDirectory::open(const std::string& name) const {
  // O_NONBLOCK: a pipe with that name would block for ever; files know no difference.
  FileDescriptor file(::openat(directory_.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) throw PluginError::of_errno("cannot be opened");
  const struct stat status = status_of(file.get());
  if (!S_ISREG(status.st_mode)) throw PluginError("is not a regular file");
  check_rights(status);
  check_inside(file.get());
  return file;
}

void PluginDirectory::check_inside(int file) const {
  const std::string directory = real_path(directory_.get());
  if (!real_path(file).starts_with(directory == "/" ? directory : directory + "/"))
    throw PluginError("is a symbolic link to a file outside its directory; put the file itself there");
}

}  // namespace connector_host::plugin
