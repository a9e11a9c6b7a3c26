#include "host/observability/rate_limit.hpp"

#include <utility>

namespace connector_host::observability {
namespace {

constexpr std::string_view other_keys = "others";

}  // namespace

RateLimit::RateLimit(RateLimitSettings settings, std::function<Clock::time_point()> clock) : settings_(settings), clock_(std::move(clock)) {}

RateLimit::Answer RateLimit::ask(std::string_view key) {
  const Clock::time_point now = clock_();
  std::lock_guard lock(mutex_);
  Window& window = window_of(key, now);
  Answer answer;
  if (now >= window.end) {
    answer.held_back = window.held_back;
    window = {now + settings_.interval, 0, 0};
  }
  answer.write = window.written < settings_.most;
  if (answer.write) {
    ++window.written;
  } else {
    ++window.held_back;
  }
  return answer;
}

RateLimit::Window& RateLimit::window_of(std::string_view key, Clock::time_point now) {
  const auto found = windows_.find(key);
  if (found != windows_.end()) return found->second;
  if (windows_.size() >= settings_.most_keys) forget_those_over(now);
  if (windows_.size() >= settings_.most_keys) key = other_keys;  // one more than most_keys at most
  return windows_.try_emplace(std::string(key)).first->second;
}

void RateLimit::forget_those_over(Clock::time_point now) {
  std::erase_if(windows_, [now](const auto& one) { return now >= one.second.end; });
}

std::string kind_of_line(std::string_view message) {
  constexpr std::size_t long_enough = 160;
  std::string kind(message.substr(0, long_enough));
  std::erase_if(kind, [](char letter) { return letter >= '0' && letter <= '9'; });
  return kind;
}

std::string with_held_back(std::string_view message, std::uint64_t held_back) {
  std::string text(message);
  if (held_back > 0) text += " … and " + std::to_string(held_back) + " more like this";
  return text;
}

}  // namespace connector_host::observability
