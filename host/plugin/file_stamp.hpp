#pragma once
// FileStamp: tells whether a file is still the one that was read, without reading it.
//
// A file system marks changes with a clock that ticks: two changes within one tick look the same. A stamp taken so soon
// after a change proves nothing, and equals no other. Plain data.
#include <sys/stat.h>

#include <cstdint>
#include <ctime>

namespace connector_host::plugin {

class FileStamp {
 public:
  FileStamp() = default;
  // now: of the clock that file systems use (CLOCK_REALTIME).
  FileStamp(const struct stat& status, timespec now)
      : device_(status.st_dev),
        inode_(status.st_ino),
        size_(status.st_size),
        modified_(nanoseconds(status.st_mtim)),
        changed_(nanoseconds(status.st_ctim)),
        proves_(nanoseconds(now) - changed_ > tick(status)) {}

  // That of an unchanged file: `seen` was taken when it was read, this one just now.
  bool same_as(const FileStamp& seen) const {
    return seen.proves_ && device_ == seen.device_ && inode_ == seen.inode_ && size_ == seen.size_ && modified_ == seen.modified_ && changed_ == seen.changed_;
  }

 private:
  static std::int64_t nanoseconds(const timespec& time) { return std::int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec; }
  // Some file systems count whole seconds.
  static std::int64_t tick(const struct stat& status) { return status.st_ctim.tv_nsec == 0 ? 2'000'000'000 : 50'000'000; }

  dev_t device_ = 0;
  ino_t inode_ = 0;
  off_t size_ = -1;
  std::int64_t modified_ = 0, changed_ = 0;
  bool proves_ = false;
};

}  // namespace connector_host::plugin
