#pragma once
// Lane: one worker thread, the records handed to it, and those of them that have to wait.
//
// A batch is whatever gathered while the lane was busy, at most 1,000 (BatchSize); nobody waits to fill one. A record that has to wait
// (held by another owner, refused for now) holds up later records of its own key where order is kept, and nothing else;
// after 100 ms it is copied out of its lease, so that one of them does not pin a thousand.
//
// give() is the intake thread's, the orders (wake, return_everything, stop) are thread-safe, the rest is the lane's own.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "host/pipeline/batch_size.hpp"
#include "host/pipeline/lane_order.hpp"
#include "host/pipeline/line.hpp"
#include "host/pipeline/mailbox.hpp"

namespace connector_host::pipeline {

// What a lane gives back to the intake thread; both are called from the lane's thread.
struct LaneEvents {
  std::function<void(std::span<Entry* const>)> detached;  // they look into their own copies now
  std::function<void(std::span<Entry* const>)> settled;
};

class Lane {
 public:
  Lane(Downstream& downstream, std::vector<GuardedTransform*> transforms, LaneEvents events, std::string thread_name);
  ~Lane() { stop(); }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Works from here on.
  void start();

  void give(std::span<Entry* const> entries);
  // A dependency is back: what waits for one runs again.
  void wake();
  void order(LaneOrder order) {
    order_.store(order, std::memory_order_release);
    gate_->open();
  }
  void stop();

  ClaimLedger& ledger() { return ledger_; }
  // Any thread.
  const LaneCounters& counters() const { return counters_; }
  const std::vector<TransformCounters>& transform_counters() const { return transforms_.counters(); }
  // Why the oldest of the records that are retried failed; empty: none is.
  std::string retry_reason() const;

 private:
  void loop();
  void take_given();
  void select();
  void select_waiting(std::unordered_set<std::uint64_t>& blocked);
  void select_given(std::unordered_set<std::uint64_t>& blocked);
  void finish();
  void copy_out();
  static void copy_out(Entry& entry);
  template <class Goes>
  void return_those(Goes&& goes);
  void return_all(LaneOrder order);
  void return_overdue();
  void return_done();
  void show_retries();
  world::Time next_due() const;
  bool due(const Entry& entry) const { return entry.due <= now_ || (dependency_changed_ && entry.waits_for_dependency); }

  Downstream& downstream_;
  const LaneEvents events_;
  LaneCounters counters_;
  ClaimLedger ledger_;
  LaneTracing tracing_;
  TransformChain transforms_;
  Line line_;
  BatchSize batch_size_;
  Mailbox<Entry> inbox_;
  std::unique_ptr<world::Gate> gate_;
  std::atomic<bool> stopping_ = false, changed_ = false;
  std::atomic<LaneOrder> order_ = LaneOrder::work;
  mutable std::mutex retry_reason_mutex_;  // guards retry_reason_
  std::string retry_reason_;
  // The lane thread's own.
  world::Time now_{};
  bool dependency_changed_ = false;
  std::vector<Entry*> given_, backlog_, waiting_, batch_, done_, still_;
  std::size_t backlog_at_ = 0;  // backlog_ before it is handed out
  const std::string thread_name_;
  std::unique_ptr<world::Thread> thread_;  // last: it uses everything above
};

}  // namespace connector_host::pipeline
