#pragma once
// FloodGuard: keeps a mistake in a configuration from emptying a whole queue into the dead letter. Of the latest
// `window` records at most `limit` may be set aside (dead-lettered, or dropped for want of a dead letter); whoever would
// set aside one more asks first, and fails its task instead.
//
// One per connector, shared by all its tasks; it outlives them, so that a task that is started again by itself does not
// begin with a clean sheet. Good records that go through make room again. Lanes that ask at the same moment may together
// go over the limit by what each of them has in hand. Thread-safe. While it is calm nobody need tell it of good
// records, and then no lock is taken.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace connector_host::middleware {

class FloodGuard {
 public:
  static constexpr std::uint32_t window = 1000;  // records

  // limit: window or more means that all of them may be set aside.
  explicit FloodGuard(std::uint32_t limit) : limit_(limit) {}

  std::uint32_t limit() const { return limit_; }
  // Whether so many more may be set aside now.
  bool admits(std::size_t more) const { return limit_ >= window || set_aside_.load(std::memory_order_relaxed) + more <= limit_; }
  // Nothing was set aside lately: the window has good records alone, whatever their number.
  bool calm() const { return set_aside_.load(std::memory_order_relaxed) == 0; }
  // So many records of a batch were settled: set aside, or in any other way.
  void settled(std::uint32_t set_aside, std::uint32_t others);
  // Somebody has looked at it and wants it tried again.
  void forget();

 private:
  void push(bool set_aside);

  const std::uint32_t limit_;
  std::atomic<std::uint32_t> set_aside_ = 0;  // of the window; written under the mutex
  std::mutex mutex_;                          // guards the rest
  std::vector<bool> ring_ = std::vector<bool>(window);
  std::size_t next_ = 0;
};

}  // namespace connector_host::middleware
