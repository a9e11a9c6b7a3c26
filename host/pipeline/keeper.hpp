#pragma once
// Keeper: the thread of a task that renews the claims of its lanes before they lapse, and saves the commits that could not
// be saved. Lanes may be busy in a call for much longer than a lease lasts. Nothing in the data path waits for it.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "host/pipeline/claim_ledger.hpp"
#include "host/pipeline/downstream.hpp"

namespace connector_host::pipeline {

class Keeper {
 public:
  // Works from start() on, only where there is a dedup store; the ledgers outlive it.
  explicit Keeper(Downstream& downstream);
  ~Keeper() { stop(); }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  void start(std::vector<ClaimLedger*> ledgers, std::string thread_name);
  // The store is back, or there is something to save. Thread-safe.
  void wake() { gate_->open(); }
  // Returns when the thread has ended.
  void stop();

 private:
  static constexpr std::size_t most_at_once = 500;

  void loop();
  void renew_claims();
  void renew(ClaimLedger& ledger, world::Time now);
  void save_commits();
  void save_the_last();

  Downstream& downstream_;
  std::vector<ClaimLedger*> ledgers_;
  std::unique_ptr<world::Gate> gate_;
  std::atomic<bool> stopping_ = false;
  world::Time next_renewal_{};
  std::unique_ptr<world::Thread> thread_;
};

}  // namespace connector_host::pipeline
