#pragma once
// TransformChain: one lane's own instances of the connector's transforms, applied in order to a batch.
//
// Its outputs last until clear(): a record that has to wait is transformed again when its time comes, so a waiting record
// holds nothing but itself. Without transforms the outputs are the records as they came. One lane's own.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/middleware/guard.hpp"
#include "host/pipeline/lane_tracing.hpp"
#include "host/pipeline/task_counters.hpp"
#include "host/plugin/transform_handle.hpp"

namespace connector_host::pipeline {

using GuardedTransform = middleware::Guarded<plugin::TransformHandle>;

class TransformChain {
 public:
  // What became of one input that has no output to write.
  struct Fate {
    Entry* entry;
    connector_outcome outcome;  // OK: dropped
    std::string why;
  };

  // Why not every transform was applied: one cannot be called now, or its call failed for all records at once.
  struct Failure {
    bool called;
    plugin::CallResult result{};  // of the call
  };

  TransformChain(std::vector<GuardedTransform*> transforms, LaneTracing& tracing, world::World& world, std::chrono::milliseconds timeout)
      : transforms_(std::move(transforms)), counters_(transforms_.size()), tracing_(tracing), world_(world), timeout_(timeout) {}
  ~TransformChain() { clear(); }

  // Nothing: all were applied. Otherwise there are no outputs.
  std::optional<Failure> apply(std::span<Entry* const> inputs);
  // Its outputs are not to be written.
  void forget(const Entry& entry);
  bool has_output(const Entry& entry) const;
  void clear();

  // One output per place, with the entry it came from, in the order of the inputs.
  const std::vector<connector_record>& records() const { return records_; }
  std::span<connector_record> records_to_stamp() { return records_; }
  const std::vector<Entry*>& sources() const { return sources_; }
  const std::vector<Fate>& fates() const { return fates_; }
  // By the transforms' places; any thread.
  const std::vector<TransformCounters>& counters() const { return counters_; }

 private:
  std::optional<Failure> apply_one(std::size_t place);
  void take_outputs(const connector_transformed& out, std::span<const connector_outcome> outcomes, const plugin::Call& call, TransformCounters& counters);

  const std::vector<GuardedTransform*> transforms_;
  std::vector<TransformCounters> counters_;
  LaneTracing& tracing_;
  world::World& world_;
  const std::chrono::milliseconds timeout_;
  std::vector<connector_record> records_;
  std::vector<Entry*> sources_;
  std::vector<Fate> fates_;
  std::vector<connector_outcome> outcomes_;
  std::vector<connector_batch> leases_;
};

}  // namespace connector_host::pipeline
