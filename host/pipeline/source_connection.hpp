#pragma once
// SourceConnection: the intake thread's hold on its source. It opens the source, after failures again at pauses that grow,
// tells the breaker, and decides which failure ends the task.
//
// Not a guard: only the intake thread calls a source, so nobody else has to be kept from it. wake, cancel_opening, is_open,
// is_up and last_error are thread-safe; everything else is the intake thread's.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "host/middleware/backoff.hpp"
#include "host/middleware/breaker.hpp"
#include "host/pipeline/task_counters.hpp"
#include "host/plugin/source_handle.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

struct SourceEvents {
  std::function<void(const std::string& why)> final;  // no other attempt can do better: the task fails
  std::function<void()> changed;                      // up or down, or another last error
};

class SourceConnection {
 public:
  // drain_timeout: a pause may take as long. It is over once all that the source had asked for has arrived, which may be much.
  SourceConnection(const middleware::BackoffSettings& retry, std::chrono::milliseconds drain_timeout, world::World& world, plugin::SourceHandle& source,
                   middleware::Breaker& breaker, IntakeCounters& counters, SourceEvents events);

  bool is_open() const { return open_.load(std::memory_order_acquire); }
  // It is open, not all of its latest calls have failed, and it is not lost again and again soon
  // after each opening.
  bool is_up() const {
    return is_open() && failed_calls_.load(std::memory_order_relaxed) < many_failures && short_lived_.load(std::memory_order_relaxed) < many_short_lived;
  }
  // Of this task, and kept afterwards; empty: no call has failed.
  std::string last_error() const;
  // Ends a wait of ours, or the source's poll.
  void wake();
  // What is open has to drain, and is left alone.
  void cancel_opening();

  plugin::SourceHandle& source() { return source_; }
  // True: it is open now. Else it waits, until the next attempt is due or wake.
  bool open();
  void close();
  void wait(world::Duration at_most) { gate_->wait_until(world_.now() + at_most); }
  // A call failed; afterwards it may be closed.
  void failed(const plugin::CallResult& result);
  // A poll went well.
  void worked();
  // True: the answers arrived. Else they are lost to us, and the connection is given up, so that the records come again.
  bool answered(plugin::CallResult result);
  void pause_or_resume(bool take);
  // Tells the source the maximum of unsettled deliveries, where it differs enough from what it was told last to be worth
  // a round trip. give_back: records that no poll has returned are requeued when the window shrinks to less than half.
  void set_window(std::uint32_t deliveries, bool give_back);
  // Something that was received at this time was settled: what an earlier connection brought proves nothing of this one.
  void settled(world::Time received);
  bool was_open() const { return opened_once_; }

 private:
  static constexpr std::uint32_t many_failures = 5, many_short_lived = 3;

  bool final(const plugin::CallResult& result) const;
  bool proven() const;
  bool lived_long() const;
  void count_loss();

  const middleware::BackoffSettings retry_;
  const std::chrono::milliseconds pause_time_;
  const middleware::Backoff backoff_;
  world::World& world_;
  plugin::SourceHandle& source_;
  middleware::Breaker& breaker_;
  IntakeCounters& counters_;
  const SourceEvents events_;
  std::unique_ptr<world::Gate> gate_;  // waits while the source is closed
  mutable std::mutex mutex_;           // guards last_error_
  std::string last_error_;
  std::atomic<bool> open_ = false;
  std::atomic<std::uint32_t> failed_calls_ = 0;  // in a row, of one that is open
  // Connections lost in a row, each within proving_time of its opening, whether they delivered
  // something or not; until one lives longer.
  std::atomic<std::uint32_t> short_lived_ = 0;
  bool paused_ = false, opened_once_ = false;
  std::uint32_t window_ = 0;  // as this connection was told last; 0: not yet
  bool proven_ = false;       // something that this connection brought was settled
  bool ever_proven_ = false;  // or something of an earlier one
  // The breaker has to hear of the next success: a call has failed since the last, or an earlier task has left it open.
  bool trouble_ = true;
  std::uint32_t failed_opens_ = 0, unproven_ = 0;  // in a row
  world::Time opened_at_{}, next_open_{};
};

}  // namespace connector_host::pipeline
