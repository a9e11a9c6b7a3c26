#pragma once
// FileTail: the file at a path and, when it is rotated, the ones that follow it there.
//
// A rotated file is read to its end before its successor; one that was rotated while nobody was
// looking is found again by its mark among its neighbours, and so are those that were rotated after
// it. Files are looked at every 100 ms and not watched. The intake thread's alone. Owned by
// FileSource.
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <connector/error.hpp>
#include <connector/host.hpp>

#include "plugins/file/line_stream.hpp"
#include "plugins/file/rotated_files.hpp"
#include "plugins/file/tailed_file.hpp"

namespace connector_host_plugins::file {

class FileTail : public LineStream {
 public:
  struct Settings {
    std::string path;
    bool follow = false;
    bool from_end = false;
    std::uint64_t max_line_bytes = 0;
    std::chrono::milliseconds rotate_wait{};
  };

  FileTail(Settings settings, connector::Host host);

  void open(const std::optional<ReadMark>& mark) override;
  void check(const std::optional<ReadMark>& mark) override;
  void close() override;
  std::optional<Found> next() override;
  bool ended() const override { return ended_; }
  WakeSignal::Wait wait(const WakeSignal& wake,
                        WakeSignal::Clock::time_point deadline) const override;
  bool is_seekable() const override { return true; }
  std::optional<std::string> reread(const LineLedger::Entry& entry) const override;
  std::optional<ReadMark> mark(const LineLedger::Entry* oldest) const override;
  void forget_before(const LineLedger::Entry* oldest) override;
  std::uint32_t take_changes() override;

 private:
  using Clock = WakeSignal::Clock;
  static constexpr std::chrono::milliseconds look_every{100};
  static constexpr std::size_t most_files =
      8;  // kept open for lines in flight; more wait until some are done
  static constexpr std::size_t most_read = 256;

  TailedFile& current() { return files_.back(); }
  std::uint32_t current_index() const { return first_ + std::uint32_t(files_.size()) - 1; }
  RotatedFiles::Next find(const std::optional<ReadMark>& mark) const;
  connector::Error missing() const;
  void require_text(std::string_view compression) const;
  std::uint64_t resume_offset(int fd, std::uint64_t offset) const;
  OwnedFd successor();
  bool has_waited();
  void warn_of(const RotatedFiles::Next& next);
  void warn_of_nuls(std::uint64_t bytes);
  void remember_read();

  Settings settings_;
  connector::Host host_;
  const HostFiles disk_;
  RotatedFiles rotated_;
  std::deque<TailedFile> files_;  // the last is being read, the others have lines in flight
  std::uint32_t first_ = 0;       // index of the first of files_
  bool ended_ = false;
  bool was_missing_ = false;  // what appears later is new from its first line
  std::uint32_t changes_ = 0;
  Clock::time_point next_look_{};
  std::optional<Clock::time_point> replaced_since_;
  std::deque<ReadMark> read_;  // the ends of files that were read since it was opened; an older one
                               // is known by its time
  std::uint64_t compressed_ = 0;
  bool was_doubtful_ = false, was_unusual_ = false, had_nuls_ = false;  // logged once
};

}  // namespace connector_host_plugins::file
