#include "plugins/file/append_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <connector/error.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "plugins/file/error_text.hpp"

namespace connector_host_plugins::file {
namespace {

[[noreturn]] void throw_open_error(const std::string& path, int error, const std::string& why) {
  const std::string what = "cannot open '" + path + "' for appending: " + why;
  if (may_pass(error) || error == ENOSPC || error == EDQUOT || error == EINTR)
    throw connector::retriable(what);
  throw connector::bad_config(
      error == ENOENT ? what + "; create the directory '" + folder_of(path) + "'" : what);
}

void require_regular(int fd, const std::string& path) {
  struct stat now{};
  if (::fstat(fd, &now) != 0)
    throw connector::retriable("cannot look at '" + path + "': " + error_text(errno));
  if (!S_ISREG(now.st_mode))
    throw connector::bad_config(
        "'" + path + "' is not a regular file; to write to a pipe or a terminal, use path: \"-\"");
}

void sync_directory(const HostFiles& files, const std::string& path) {
  const HostFiles::Opened directory = files.open(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (directory.fd && ::fsync(directory.fd.get()) == 0) return;
  const int error = directory.fd ? errno : directory.error;
  if (error == EINVAL || error == EACCES)
    return;  // some file systems have nothing to sync, some directories may not be read
  throw connector::retriable("cannot sync the directory of '" + path + "': " + error_text(error));
}

// Writes until everything is there or write(2) fails; returns how much is.
std::size_t write_all(int fd, std::string_view bytes, int& error) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      error = put < 0 ? errno : ENOSPC;
      break;
    }
    done += std::size_t(put);
  }
  return done;
}

constexpr int open_flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

// Unlocks at the end of a scope.
class FileLock {
 public:
  explicit FileLock(int fd) : fd_(fd) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { ::flock(fd_, LOCK_UN); }

 private:
  int fd_;
};

}  // namespace

AppendFile::AppendFile(const HostFiles& files, const std::string& path, bool durable)
    : path_(path), durable_(durable) {
  HostFiles::Opened opened = files.open(path, open_flags | O_CREAT, 0640);
  if (!opened.fd) throw_open_error(path, opened.error, opened.why);
  fd_ = std::move(opened.fd);
  require_regular(fd_.get(), path);
  if (durable) sync_directory(files, path);
  end_last_line();
}

void AppendFile::check(const HostFiles& files, const std::string& path) {
  const HostFiles::Opened file = files.open(path, open_flags);
  const HostFiles::Opened directory = files.open(folder_of(path), O_PATH | O_DIRECTORY);
  if (file.fd) {
    require_regular(file.fd.get(), path);
  } else if (file.error != ENOENT) {
    throw_open_error(path, file.error, file.why);
  } else if (!directory.fd) {
    throw_open_error(path, directory.error, directory.why);
  } else if (::faccessat(directory.fd.get(), ".", W_OK | X_OK, 0) != 0) {
    throw_open_error(path, errno, error_text(errno));
  }
  struct statvfs space{};
  if (directory.fd && ::fstatvfs(directory.fd.get(), &space) == 0 && space.f_blocks > 0 &&
      space.f_bavail == 0) {
    throw connector::retriable("no space left for '" + path + "'");
  }
}

// A crash may have left a half line, or somebody's editor no newline. Nothing is cut off that this
// call did not write.
void AppendFile::end_last_line() {
  const FileLock unlock_at_end(fd_.get());
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
    return;  // another writer of this kind has looked at it
  struct stat now{};
  char last = '\n';
  if (::fstat(fd_.get(), &now) == 0 && now.st_size > 0 &&
      ::pread(fd_.get(), &last, 1, now.st_size - 1) == 1 && last != '\n') {
    if (::write(fd_.get(), "\n", 1) != 1)
      throw connector::retriable("cannot write to '" + path_ + "': " + error_text(errno));
    had_open_end_ = true;
  }
}

Appended AppendFile::append(std::string_view lines, const WakeSignal& cancel,
                            Clock::time_point deadline) {
  const Turn::Holder turn(turn_, deadline);
  if (!turn) return {0, "another write to '" + path_ + "' took until the time limit"};
  if (!lock_file(cancel, deadline)) return {0, "another process kept '" + path_ + "' locked"};
  const FileLock unlock_at_end(fd_.get());
  const Appended result = append_locked(lines);
  appended_.fetch_add(1, std::memory_order_release);  // what sync() takes it for was written before
  return result;
}

Appended AppendFile::append_locked(std::string_view lines) {
  struct stat before{};
  if (::fstat(fd_.get(), &before) != 0)
    throw connector::not_connected("cannot look at '" + path_ + "': " + error_text(errno));
  int error = 0;
  const std::size_t put = write_all(fd_.get(), lines, error);
  if (put == lines.size()) return {put, ""};
  const std::size_t whole = put == 0 ? 0 : lines.rfind('\n', put - 1) + 1;  // npos + 1 is 0
  const std::string why = "cannot write to '" + path_ + "': " + error_text(error);
  if (whole < put && ::ftruncate(fd_.get(), before.st_size + off_t(whole)) != 0) {
    throw connector::not_connected(why +
                                   "; and could not cut off the half line: " + error_text(errno));
  }
  return {whole, why};
}

// flock(2) cannot wait with a time limit, so it is asked again; a lock is held for one write only.
bool AppendFile::lock_file(const WakeSignal& cancel, Clock::time_point deadline) const {
  while (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw connector::not_connected("cannot lock '" + path_ + "': " + error_text(errno));
    const auto next = std::min(deadline, Clock::now() + std::chrono::milliseconds(2));
    if (cancel.wait_until(next) == WakeSignal::Wait::raised || Clock::now() >= deadline)
      return false;
  }
  return true;
}

void AppendFile::sync() {
  require_linked();
  if (!durable_) return;
  const std::uint64_t mine = appended_.load(std::memory_order_acquire);
  std::lock_guard lock(sync_mutex_);
  if (synced_ >= mine && !sync_failed_) return;
  const std::uint64_t covered = appended_.load(std::memory_order_acquire);
  if (sync_failed_ || ::fdatasync(fd_.get()) != 0) {
    const int error = sync_failed_ ? EIO : errno;
    sync_failed_ = true;
    throw connector::not_connected("cannot sync '" + path_ + "': " + error_text(error));
  }
  synced_ = covered;
}

// Lines in a file that nobody can find any more are not delivered.
void AppendFile::require_linked() const {
  struct stat now{};
  if (::fstat(fd_.get(), &now) != 0 || now.st_nlink == 0)
    throw connector::not_connected("'" + path_ + "' was removed while it was written");
}

}  // namespace connector_host_plugins::file
