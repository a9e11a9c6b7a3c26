#pragma once
// Transitions: how an entry changes between the stages of the line: settled, rejected, retried later, returned. The stages
// (ClaimStage, Line, DeadLetterStage) decide; what a decision means for the entry and its counters stands here, once.
//
// One lane's own.
#include <chrono>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "host/middleware/backoff.hpp"
#include "host/pipeline/downstream.hpp"
#include "host/pipeline/entry.hpp"
#include "host/pipeline/task_counters.hpp"

namespace connector_host::pipeline {

// Whose fault a failure is. record: the component answered so for this record. unclear: a call with this record alone failed.
enum class Blame { dependency, unclear, record };

struct RecordFailure {
  const char* stage;  // Kafka Connect's word, a literal
  std::string_view why;
  std::chrono::milliseconds retry_after;
  LaneCount counted_as;
  Blame blame;
};

class Transitions {
 public:
  Transitions(Downstream& downstream, LaneCounters& counters) : downstream_(downstream), counters_(counters), backoff_(downstream.settings.retry) {}

  // A batch begins now.
  void begin(world::Time now) { now_ = now; }
  world::Time now() const { return now_; }

  // Nothing of its order key may overtake it, and it overtakes nothing. A rejected record has no
  // place to keep any more: where it goes there is no order.
  bool keeps_place(const Entry& entry) const { return downstream_.settings.keeps_order() && entry.stage != Stage::rejected; }

  // Those of the batch at a stage that may go on now: not the ones that wait, nor those behind them of the same key.
  void select(std::span<Entry* const> batch, Stage stage, std::vector<Entry*>& out);

  void settle(Entry& entry, Verdict verdict);
  // Requeues the record.
  void give_back(Entry& entry) { settle(entry, Verdict::returned); }
  void reject(Entry& entry, const char* stage, std::string_view why, LaneCount counted_as);
  // Later; or rejected, where it is its own fault, errors.retry.timeout is over and the sink is available.
  void retry(Entry& entry, const RecordFailure& failure);
  // Of a call with these records that failed as a whole.
  static Blame blame(const plugin::CallResult& result, std::span<Entry* const> records);
  // Of a call with these records.
  static middleware::Attempt attempt(std::span<Entry* const> records);
  void wait_for_dependency(std::span<Entry* const> entries);

  // An endangered record that fails alone, and that is the record's own fault as far as anybody can tell: it is rejected,
  // because the source would discard it. False: the fault may be the sink's.
  bool reject_endangered(Entry& entry);
  // One that its source would discard when it is returned is rejected instead, whatever the fault is. False: rejected records
  // have nowhere to go.
  bool reject_last_chance(Entry& entry);

 private:
  void fails_by_itself(Entry& entry, const RecordFailure& failure);
  void try_later(Entry& entry, std::chrono::milliseconds retry_after, LaneCount counted_as);
  bool retried_for_too_long(const Entry& entry) const;
  bool sink_answers();
  void note_error();

  Downstream& downstream_;
  LaneCounters& counters_;
  const middleware::Backoff backoff_;
  world::Time now_{};
  std::unordered_set<std::uint64_t> waiting_keys_;
};

}  // namespace connector_host::pipeline
