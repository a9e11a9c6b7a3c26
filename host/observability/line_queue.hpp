#pragma once
// LineQueue: lines on their way to a descriptor, which a thread of its own writes. Whoever logs never waits for the reader: a pipe
// that nobody reads, a stopped terminal or a container's log driver that blocks would else stop the data path and the shutdown.
//
// What does not fit is lost and counted, and once the reader goes on a line says how many. A crash loses what the thread has not
// written yet, as a rule less than a millisecond. It does not own the descriptor. Thread-safe; owned by the log's sink.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace connector_host::observability {

class LineQueue {
 public:
  static constexpr std::size_t most_bytes = 1024 * 1024;  // that wait
  static constexpr std::chrono::milliseconds patience_at_end{2000};
  // The line, with its break, that says that so many were lost. Called by the thread.
  using Report = std::function<std::string(std::uint64_t lost)>;

  LineQueue(int descriptor, Report report);
  // Waits for the reader, patience_at_end at most.
  ~LineQueue();
  LineQueue(const LineQueue&) = delete;
  LineQueue& operator=(const LineQueue&) = delete;

  void write(std::string line) noexcept;  // with its line break
  // True: all that was queued before is written or lost.
  bool flush(std::chrono::milliseconds limit) const;
  std::uint64_t lost() const;
  // Since when a line waits for the reader that does not take it.
  std::optional<std::chrono::steady_clock::time_point> stuck_since() const;

 private:
  struct State;
  const std::shared_ptr<State> state_;  // the thread's as well: where the reader never goes on, it is left behind
};

}  // namespace connector_host::observability
