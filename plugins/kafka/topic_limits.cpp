#include "plugins/kafka/topic_limits.hpp"

#include <charconv>

namespace connector_host_plugins::kafka {
namespace {

std::int64_t number(std::string_view text) {
  std::int64_t out = TopicLimits::none;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0 ? out
                                                                              : TopicLimits::none;
}

std::string refusal(std::string_view topic, std::int64_t timestamp_ms, const std::string& problem) {
  return "topic '" + std::string(topic) + "' refuses the record's timestamp " +
         std::to_string(timestamp_ms) + ": " + problem;
}

std::string too_far(std::int64_t distance_ms, const char* direction, std::int64_t limit_ms,
                    const char* setting) {
  return std::to_string(distance_ms) + " ms " + direction + " this host's clock, and " + setting +
         " is " + std::to_string(limit_ms);
}

}  // namespace

void TopicLimits::set(std::string_view name, std::string_view value) {
  if (name == "max.message.bytes") max_bytes_ = number(value);
  if (name == "message.timestamp.type") log_append_time_ = value == "LogAppendTime";
  if (name == "message.timestamp.before.max.ms") before_ms_ = number(value);
  if (name == "message.timestamp.after.max.ms") after_ms_ = number(value);
  if (name == "message.timestamp.difference.max.ms") difference_ms_ = number(value);
}

std::string TopicLimits::timestamp_refusal(std::string_view topic, std::int64_t timestamp_ms,
                                           std::int64_t now_ms) const {
  if (timestamp_ms < 0) return refusal(topic, timestamp_ms, "negative");
  if (log_append_time_) return "";
  const std::int64_t ahead_ms = timestamp_ms - now_ms;
  if (ahead_ms > after())
    return refusal(topic, timestamp_ms,
                   too_far(ahead_ms, "after", after(), "message.timestamp.after.max.ms"));
  if (-ahead_ms > before())
    return refusal(topic, timestamp_ms,
                   too_far(-ahead_ms, "before", before(), "message.timestamp.before.max.ms"));
  return "";
}

}  // namespace connector_host_plugins::kafka
