#pragma once
// RateLimit: at most so many lines per key and interval, and how many more there were, told with the next.
//
// A key is a call site, or a call site and what it is about; there must not be one per record. Keys are kept up to a
// number; beyond it new ones share one allowance, so a flood of keys costs neither memory nor the log. The clock is
// injected. Thread-safe.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "host/world/time.hpp"

namespace connector_host::observability {

struct RateLimitSettings {
  std::uint32_t most = 5;  // per key and interval
  std::chrono::milliseconds interval{10'000};
  std::size_t most_keys = 1'000;
};

class RateLimit {
 public:
  using Clock = world::Clock;

  struct Answer {
    bool write = false;
    std::uint64_t held_back = 0;  // with write: as many were held back in the interval before
  };
  RateLimit(RateLimitSettings settings, std::function<Clock::time_point()> clock);

  Answer ask(std::string_view key);

 private:
  struct Window {
    Clock::time_point end;
    std::uint32_t written = 0;
    std::uint64_t held_back = 0;
  };
  using Windows = std::map<std::string, Window, std::less<>>;

  Window& window_of(std::string_view key, Clock::time_point now);
  void forget_those_over(Clock::time_point now);

  const RateLimitSettings settings_;
  const std::function<Clock::time_point()> clock_;
  std::mutex mutex_;  // guards windows_
  Windows windows_;
};

// A key for it: lines that differ in their numbers are of one kind.
std::string kind_of_line(std::string_view message);

// "the message … and 37 more like this"; the message itself when none was held back.
std::string with_held_back(std::string_view message, std::uint64_t held_back);

}  // namespace connector_host::observability
