#pragma once
// Log: the log of the process. Lines go to stderr, as text for people or as JSON lines. A thread of the log's own writes them:
// nobody who logs waits for the reader (LineQueue says what that costs).
//
//   2026-11-23T19:05:14.123Z info  [runtime] rmq-to-kafka/0: running
//   {"ts":"2026-11-23T19:05:14.123Z","level":"info","logger":"runtime","connector":"rmq-to-kafka","task":0,"message":"running"}
//
// Names are a tree by dots ("plugin.kafka" is below "plugin"), its root is "root". Everything is scrubbed first, then
// cut to 8 KiB. Not for lines per record: see RateLimit. Thread-safe; owned by whoever starts the process.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/observability/logger.hpp"
#include "host/observability/scrubber.hpp"

namespace connector_host::observability {

struct LogSettings {
  Level level = Level::info;
  LogFormat format = LogFormat::text;
  int descriptor = 2;  // stderr; not owned
};

class Log {
 public:
  static constexpr std::size_t longest_message = 8 * 1024;

  Log(LogSettings settings, std::shared_ptr<const Scrubber> scrubber);
  ~Log();

  // The same name is the same logger. Letters, digits, '.', '-' and '_'; others become '_'. A new one has the level of
  // the nearest above it.
  Logger logger(std::string_view name, LogPlace place = {});

  // Sets a logger and all below it; "root" is all. Returns the names that it was set for, none: there is no such logger.
  std::vector<std::string> set_level(std::string_view name, Level level);
  std::map<std::string, Level> levels() const;  // of all loggers and of "root"

  // Lines that could not be written, since the start.
  std::uint64_t lost() const;
  // True: all that was logged before is written or lost.
  bool flush(std::chrono::milliseconds limit) const;
  // Since when the reader does not take a line; nothing: it does.
  std::optional<std::chrono::steady_clock::time_point> stuck_since() const;

 private:
  class Sink;
  class Channel;
  class Tree;
  std::shared_ptr<Tree> tree_;
};

}  // namespace connector_host::observability
