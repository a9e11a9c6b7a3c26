#pragma once
// Line: what happens to a batch, in one order that stands in one place:
//
//   claim -> transform -> write -> dead-letter the rejected -> commit the delivered -> release the rejected and dropped
//
// A record is settled only on evidence: the sink's own word, a store that says done, or a confirmed dead letter. Whatever
// cannot go on now stays as it is (its stage says where it was) with a time at which it may run again; nothing here waits
// but for the calls themselves. One lane's own, no two calls at once. docs/life-of-a-batch.md follows this file.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "host/middleware/backoff.hpp"
#include "host/pipeline/claim_ledger.hpp"
#include "host/pipeline/downstream.hpp"
#include "host/pipeline/entry.hpp"
#include "host/pipeline/lane_tracing.hpp"
#include "host/pipeline/task_counters.hpp"
#include "host/pipeline/transform_chain.hpp"

namespace connector_host::pipeline {

class Line {
 public:
  Line(Downstream& downstream, TransformChain& transforms, ClaimLedger& ledger, LaneTracing& tracing, LaneCounters& counters);

  // Takes every entry as far as it can go now. Afterwards each is settled, or due at a later time.
  void run(std::span<Entry* const> batch);
  // Gives back the claims of entries that will not be written, as far as the store can be reached.
  void release_claims(std::span<Entry* const> entries);

 private:
  void take_back_lost_claims(std::span<Entry* const> batch);
  void claim(std::span<Entry* const> batch);
  void settle_unsaved(std::span<Entry* const> fresh);
  void ask_store(std::span<Entry* const> fresh);
  void take_answers(std::span<Entry* const> fresh);
  void go_unchecked(std::span<Entry* const> fresh);
  void transform(std::span<Entry* const> batch);
  bool take_bad_fate(const TransformChain::Fate& fate);
  void hold_behind(std::span<Entry* const> inputs, const std::unordered_set<const Entry*>& put_off);
  void write();
  plugin::CallResult write_call(plugin::SinkHandle& sink, std::span<const connector_record> records, plugin::Call& call);
  void take_outcomes(const plugin::Call& call, const plugin::CallResult& result);
  void take_outcome(Entry& entry, std::size_t first, std::size_t last, const plugin::Call& call, const plugin::CallResult& result);
  void dead_letter(std::span<Entry* const> batch);
  bool flood(std::span<Entry* const> rejected);
  void without_dead_letter(std::span<Entry* const> rejected);
  void send_dead_letters(std::span<Entry* const> rejected);
  void take_dead_letter_outcome(Entry& entry, const connector_outcome& outcome, std::string_view why, std::chrono::milliseconds retry_after);
  void commit(std::span<Entry* const> batch);
  void release(std::span<Entry* const> batch);
  void tell_flood_guard(std::span<Entry* const> batch);

  template <class Made>
  auto timed(Made&& call) {
    call_times_.begun = downstream_.world.now();
    auto result = call();
    call_times_.ended = downstream_.world.now();
    return result;
  }
  // What the call gives; it was made unless it gives nothing.
  template <class Made>
  auto timed(Histogram& histogram, Made&& call) {
    auto result = timed(call);
    if (result) histogram.observe(std::chrono::duration<double>(call_times_.ended - call_times_.begun).count());
    return result;
  }
  // Those of the batch at a stage that may go on now: not the ones that wait, nor those behind them of the same key.
  std::span<Entry* const> at_stage(std::span<Entry* const> batch, Stage stage);
  void fill_ids(std::span<Entry* const> entries);
  void settle(Entry& entry, Verdict verdict);
  void reject(Entry& entry, const char* stage, std::string_view why, LaneCount counted_as);
  void try_later(Entry& entry, std::chrono::milliseconds retry_after, LaneCount counted_as);
  void note_error();
  void wait_for_dependency(std::span<Entry* const> entries);

  Downstream& downstream_;
  TransformChain& transforms_;
  ClaimLedger& ledger_;
  LaneTracing& tracing_;
  LaneCounters& counters_;
  const middleware::Backoff backoff_;
  world::Time now_{};
  CallTimes call_times_;             // of the latest call that was timed
  std::uint32_t set_aside_now_ = 0;  // of this batch
  // Memory of one batch, kept from one to the next.
  std::vector<Entry*> selected_, claimed_;
  std::vector<connector_view> ids_;
  std::vector<std::uint8_t> states_;
  std::vector<connector_outcome> outcomes_;
  std::unordered_set<std::uint64_t> waiting_keys_;
};

}  // namespace connector_host::pipeline
