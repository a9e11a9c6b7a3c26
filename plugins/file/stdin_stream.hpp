#pragma once
// StdinStream: lines of standard input, until its writer closes it.
//
// It cannot be read again, so it has no mark, and a crash loses what was read of it and not
// delivered. Standard input stays open and blocking, as it belongs to the process. The intake
// thread's alone. Owned by FileSource.
#include "plugins/file/line_stream.hpp"

namespace connector_host_plugins::file {

class StdinStream : public LineStream {
 public:
  explicit StdinStream(std::uint64_t max_line_bytes) : reader_(max_line_bytes, 0) {}

  void open(const std::optional<ReadMark>&) override {}
  void check(const std::optional<ReadMark>&) override {}
  void close() override {}
  std::optional<Found> next() override;
  bool ended() const override { return ended_; }
  WakeSignal::Wait wait(const WakeSignal& wake,
                        WakeSignal::Clock::time_point deadline) const override;
  bool is_seekable() const override { return false; }
  std::optional<std::string> reread(const LineLedger::Entry& entry) const override {
    return entry.text;
  }
  std::optional<ReadMark> mark(const LineLedger::Entry*) const override { return std::nullopt; }
  void forget_before(const LineLedger::Entry*) override {}
  std::uint32_t take_changes() override { return 0; }

 private:
  enum class Read { some, nothing_now, end };

  Read read_some();

  LineReader reader_;
  bool ended_ = false;
};

}  // namespace connector_host_plugins::file
