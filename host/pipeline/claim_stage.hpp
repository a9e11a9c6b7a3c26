#pragma once
// ClaimStage: what the line asks the dedup store: claims before the transforms, a confirmation of old claims right before
// the write, commits of what was delivered, and releases of what was not.
//
// Without a dedup store every record counts as claimed. One lane's own, no two calls at once.
#include <cstdint>
#include <span>
#include <vector>

#include "host/pipeline/call_timer.hpp"
#include "host/pipeline/claim_ledger.hpp"
#include "host/pipeline/downstream.hpp"
#include "host/pipeline/transitions.hpp"

namespace connector_host::pipeline {

class ClaimStage {
 public:
  ClaimStage(Downstream& downstream, ClaimLedger& ledger, Transitions& transitions, LaneTracing& tracing, LaneCounters& counters);

  // Claims what is fresh. Claims that may have lapsed while their records waited are claimed anew.
  void claim(std::span<Entry* const> batch);
  // Asks the store about the claims of these that were confirmed longer than a third of the lease ago: a process or machine
  // that was frozen does not write what another owner has taken over. Puts those not to be written now into `unconfirmed`.
  void confirm(std::span<Entry* const> entries, std::vector<Entry*>& unconfirmed);
  // The ids of what was delivered. Where the store cannot take them they are kept and saved later.
  void commit(std::span<Entry* const> batch);
  // The claims of what was settled without being delivered.
  void release(std::span<Entry* const> batch);
  // Of entries that will not be written, as far as the store can be reached.
  void release_claims(std::span<Entry* const> entries);

 private:
  void take_back_lost_claims(std::span<Entry* const> batch);
  void settle_unsaved(std::span<Entry* const> fresh);
  void ask_store(std::span<Entry* const> fresh);
  void retry(std::span<Entry* const> entries, const plugin::CallResult& result);
  void take_answers(std::span<Entry* const> fresh);
  void go_unchecked(std::span<Entry* const> fresh);
  void take_confirmations(std::span<Entry* const> asked, std::vector<Entry*>& unconfirmed);
  void fill_ids(std::span<Entry* const> entries);

  Downstream& downstream_;
  ClaimLedger& ledger_;
  Transitions& transitions_;
  LaneTracing& tracing_;
  LaneCounters& counters_;
  CallTimer timer_;
  // Memory of one call, kept from one to the next.
  std::vector<Entry*> selected_, claimed_;
  std::vector<connector_view> ids_;
  std::vector<std::uint8_t> states_;
};

}  // namespace connector_host::pipeline
