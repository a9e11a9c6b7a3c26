#pragma once
// Logger: a named place to write log lines to, as Log hands it out. Cheap to copy, thread-safe; it may outlive its Log,
// because a library's thread may log late. No call of it throws, blocks beyond write(2) or lets a secret out.
#include <memory>
#include <string_view>

#include "host/observability/level.hpp"
#include "host/observability/log_line.hpp"
#include "host/observability/rate_limit.hpp"

namespace connector_host::observability {

class LogChannel;

class Logger {
 public:
  Logger() = default;  // writes nowhere
  explicit Logger(std::shared_ptr<LogChannel> channel, LogPlace place = {});

  bool enabled(Level level) const noexcept;
  void write(Level level, std::string_view message) const noexcept;
  // At most as often as the limit allows for this key; the first after that says how many there were.
  void write(Level level, std::string_view message, RateLimit& limit, std::string_view key) const noexcept;

  void debug(std::string_view message) const noexcept { write(Level::debug, message); }
  void info(std::string_view message) const noexcept { write(Level::info, message); }
  void warn(std::string_view message) const noexcept { write(Level::warn, message); }
  void error(std::string_view message) const noexcept { write(Level::error, message); }

  // The same logger for one connector, or one task of it.
  Logger at(LogPlace place) const;

 private:
  std::shared_ptr<LogChannel> channel_;
  LogPlace place_;
};

}  // namespace connector_host::observability
