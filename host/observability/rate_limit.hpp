#pragma once
// RateLimit: at most so many lines per key and interval, and how many more there were.
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
#include <vector>

namespace connector_host::observability {

struct RateLimitSettings {
  std::uint32_t most = 5;  // per key and interval
  std::chrono::milliseconds interval{10'000};
  std::size_t most_keys = 1'000;
};

class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  struct Answer {
    bool write = false;
    std::uint64_t held_back = 0;  // with write: as many were held back in the interval before
  };
  struct HeldBack {
    std::string key;
    std::uint64_t count = 0;
  };

  RateLimit(RateLimitSettings settings, std::function<Clock::time_point()> clock);

  Answer ask(std::string_view key);
  // What was held back in intervals that are over and that nothing was written for since. Taken once; to be called now
  // and then, so that the last of a burst are told too.
  std::vector<HeldBack> take_held_back();

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

// "the message … and 37 more like this"; the message itself when none was held back.
std::string with_held_back(std::string_view message, std::uint64_t held_back);

}  // namespace connector_host::observability
