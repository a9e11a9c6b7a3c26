#pragma once
// Line: what happens to a batch, in one order that stands in one place:
//
//   claim -> transform -> confirm old claims -> write -> dead-letter the rejected -> commit the delivered -> release the rest
//
// A record is settled only on evidence: the sink's own word, a store that says done, or a confirmed dead letter. Whatever
// cannot go on now stays as it is (its stage says where it was) with a time at which it may run again; nothing here waits
// but for the calls themselves. One lane's own, no two calls at once. docs/life-of-a-batch.md follows this file.
#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "host/pipeline/call_timer.hpp"
#include "host/pipeline/claim_stage.hpp"
#include "host/pipeline/dead_letter_stage.hpp"
#include "host/pipeline/downstream.hpp"
#include "host/pipeline/sink_write.hpp"
#include "host/pipeline/transform_chain.hpp"
#include "host/pipeline/transitions.hpp"

namespace connector_host::pipeline {

class Line {
 public:
  Line(Downstream& downstream, TransformChain& transforms, ClaimLedger& ledger, LaneTracing& tracing, LaneCounters& counters);

  // Takes every entry as far as it can go now. Afterwards each is settled, or due at a later time.
  void run(std::span<Entry* const> batch);
  // Gives back the claims of entries that will not be written, as far as the store can be reached.
  void release_claims(std::span<Entry* const> entries) { claims_.release_claims(entries); }
  // See Transitions.
  bool keeps_place(const Entry& entry) const { return transitions_.keeps_place(entry); }
  bool reject_endangered(Entry& entry) { return transitions_.reject_endangered(entry); }
  bool reject_last_chance(Entry& entry) { return transitions_.reject_last_chance(entry); }

 private:
  using Entries = std::unordered_set<const Entry*>;

  void transform(std::span<Entry* const> batch);
  bool take_bad_fate(const TransformChain::Fate& fate);
  void hold_behind(std::span<Entry* const> inputs, const Entries& waiting);
  void confirm_claims();
  void write();
  void take_outcomes(const plugin::Call& call, const plugin::CallResult& result);
  void take_outcome(Entry& entry, std::size_t first, std::size_t last, const plugin::Call& call, const plugin::CallResult& result);

  Downstream& downstream_;
  TransformChain& transforms_;
  LaneTracing& tracing_;
  LaneCounters& counters_;
  Transitions transitions_;
  ClaimStage claims_;
  DeadLetterStage dead_letters_;
  CallTimer timer_;
  SinkWrite write_;
  // Memory of one batch, kept from one to the next.
  std::vector<Entry*> inputs_, unconfirmed_;
  std::unordered_set<std::uint64_t> waiting_keys_;
};

}  // namespace connector_host::pipeline
