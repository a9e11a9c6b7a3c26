#pragma once
// LineTarget: where the sink's lines go: a file (AppendFile) or standard output (PipeWriter).
//
// It takes whole lines and knows nothing of records and outcomes. append may be called by several
// threads, which it lines up itself. Owned by FileSink.
#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/file/wake_signal.hpp"

namespace connector_host_plugins::file {

// What became of the lines of one append.
struct Appended {
  std::size_t bytes = 0;  // whole lines that are there, from the first one on
  std::string why;        // why they are not all there; empty: they are
  bool next_is_torn =
      false;  // part of the line after them is there too, and the rest of it will follow
};

class LineTarget {
 public:
  using Clock = WakeSignal::Clock;

  virtual ~LineTarget() = default;
  // lines end in a newline each. Returns early when cancel is raised or the time is over. Throws
  // connector::Error when the target as a whole is of no use any more.
  virtual Appended append(std::string_view lines, const WakeSignal& cancel,
                          Clock::time_point deadline) = 0;
  // Returns once everything that append was given before is as durable as the target makes it.
  // Throws connector::Error.
  virtual void sync() = 0;
};

}  // namespace connector_host_plugins::file
