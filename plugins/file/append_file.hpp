#pragma once
// AppendFile: a regular file that lines are appended to, whole or not at all.
//
// What a full disk leaves of a line is cut off again, under a lock (flock) that keeps other writers
// of this kind, in this process or another, from having written behind it. sync is a group commit:
// one fdatasync answers for every append before it. A failed sync is final for this handle, because
// the kernel reports it once and drops the data. append and sync may run on any threads. Owned by
// FileSink.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "plugins/file/host_files.hpp"
#include "plugins/file/line_target.hpp"
#include "plugins/file/owned_fd.hpp"
#include "plugins/file/turn.hpp"

namespace connector_host_plugins::file {

class AppendFile : public LineTarget {
 public:
  // Creates the file, not its directory. Throws connector::Error.
  AppendFile(const HostFiles& files, const std::string& path, bool durable);

  // Whether it could be opened now, without creating it. Throws connector::Error.
  static void check(const HostFiles& files, const std::string& path);

  Appended append(std::string_view lines, const WakeSignal& cancel,
                  Clock::time_point deadline) override;
  void sync() override;
  // The last line had no newline when the file was opened, and was given one.
  bool had_open_end() const { return had_open_end_; }

 private:
  void end_last_line();
  Appended append_locked(std::string_view lines);
  bool lock_file(const WakeSignal& cancel, Clock::time_point deadline) const;
  void require_linked() const;

  const std::string path_;
  const bool durable_;
  OwnedFd fd_;
  bool had_open_end_ = false;
  Turn turn_;                                // one append at a time; held while the file is locked
  std::mutex sync_mutex_;                    // guards synced_ and sync_failed_
  std::atomic<std::uint64_t> appended_ = 0;  // appends finished
  std::uint64_t synced_ = 0;                 // of them durable
  bool sync_failed_ = false;
};

}  // namespace connector_host_plugins::file
