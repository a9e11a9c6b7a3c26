#include "host/observability/logger.hpp"

#include <utility>

#include "host/observability/log_channel.hpp"

namespace connector_host::observability {

Logger::Logger(std::shared_ptr<LogChannel> channel, LogPlace place) : channel_(std::move(channel)), place_(std::move(place)) {}

bool Logger::enabled(Level level) const noexcept {
  return channel_ && channel_->enabled(level);
}

void Logger::write(Level level, std::string_view message) const noexcept {
  if (!enabled(level)) return;
  try {
    channel_->write(level, place_, message);
  } catch (...) {  // a line that cannot be made is lost; what it was about goes on
  }
}

void Logger::write(Level level, std::string_view message, RateLimit& limit, std::string_view key) const noexcept {
  if (!enabled(level)) return;
  try {
    const RateLimit::Answer answer = limit.ask(key);
    if (answer.write) channel_->write(level, place_, with_held_back(message, answer.held_back));
  } catch (...) {  // as above
  }
}

Logger Logger::at(LogPlace place) const {
  return Logger(channel_, std::move(place));
}

}  // namespace connector_host::observability
