#pragma once
// ClaimLedger: the claims that one lane holds, for the keeper to renew while the lane is busy or its records wait.
//
// The lane adds what it claimed, once per batch, and sets what is left when the batch is done; the keeper collects what
// grows old and reports what the store said. It talks to nobody. Thread-safe; entries stay valid while they are in it.
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "host/pipeline/entry.hpp"

namespace connector_host::pipeline {

class ClaimLedger {
 public:
  // The lane's.
  void add(std::span<Entry* const> claimed, world::Time now);
  void keep_only(std::span<Entry* const> still_held);
  // True when the claim may be somebody else's: the store said so, or it was claimed or renewed last before `since`, so
  // that its lease is over. It is not in the ledger any more then.
  bool take_lost(Entry& entry, world::Time since);

  // Of these, those whose claim the store called lost, or that it confirmed last before `since`.
  void collect_doubtful(std::span<Entry* const> entries, world::Time since, std::vector<Entry*>& doubtful) const;
  // What the store answered for them: kept or not ours any more, which leave the ledger.
  void confirmed(std::span<Entry* const> kept, std::span<Entry* const> lost, world::Time now);

  // The keeper's: ids claimed or renewed before `before`.
  void collect(world::Time before, std::vector<std::string>& ids) const;
  // What the store answered for the ids of collect(): CONNECTOR_CLAIM_…, one each.
  void apply(const std::vector<std::string>& ids, std::span<const std::uint8_t> states, world::Time now);

 private:
  mutable std::mutex mutex_;  // guards held_ and, of its entries, claimed_at and claim_lost
  std::vector<Entry*> held_;
};

}  // namespace connector_host::pipeline
