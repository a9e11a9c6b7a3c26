#pragma once
// LineStream: where lines come from: a file with its successors (FileTail), or standard input
// (StdinStream).
//
// It knows nothing of records, batches and acknowledgements. The intake thread's alone. Owned by
// FileSource.
#include <cstdint>
#include <optional>
#include <string>

#include "plugins/file/line_ledger.hpp"
#include "plugins/file/line_reader.hpp"
#include "plugins/file/read_mark.hpp"
#include "plugins/file/wake_signal.hpp"

namespace connector_host_plugins::file {

class LineStream {
 public:
  struct Found {
    Line line;
    std::uint32_t file;  // which of the stream's files, rising
  };

  virtual ~LineStream() = default;
  // Goes on at the mark, where there is one. Throws connector::Error.
  virtual void open(const std::optional<ReadMark>& mark) = 0;
  // Throws what open would throw, and opens nothing.
  virtual void check(const std::optional<ReadMark>& mark) = 0;
  virtual void close() = 0;
  // Nothing: not now. Never waits.
  virtual std::optional<Found> next() = 0;
  virtual bool ended() const = 0;
  // Until there may be something, the signal is raised, or the time is over.
  virtual WakeSignal::Wait wait(const WakeSignal& wake,
                                WakeSignal::Clock::time_point deadline) const = 0;
  // Whether lines can be read again; if not, whoever may need one again keeps its text.
  virtual bool is_seekable() const = 0;
  virtual std::optional<std::string> reread(const LineLedger::Entry& entry) const = 0;
  // The place to go on from when everything before `oldest` is done (null: everything that was
  // read).
  virtual std::optional<ReadMark> mark(const LineLedger::Entry* oldest) const = 0;
  // Lines of files before this one are all done.
  virtual void forget_before(const LineLedger::Entry* oldest) = 0;
  // How often the file was replaced or emptied since the last time of asking.
  virtual std::uint32_t take_changes() = 0;
};

}  // namespace connector_host_plugins::file
