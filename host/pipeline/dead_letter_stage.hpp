#pragma once
// DeadLetterStage: what the line does with rejected records: it writes them to the dead letter, drops them where the user
// wants that, or fails the task and returns them to the source. A record that the dead letter
// refuses fails the task; with dead_letter.on_too_large: truncate it is written once more,
// truncated.
//
// One lane's own, no two calls at once.
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "host/pipeline/call_timer.hpp"
#include "host/pipeline/downstream.hpp"
#include "host/pipeline/sink_write.hpp"
#include "host/pipeline/transitions.hpp"

namespace connector_host::pipeline {

class DeadLetterStage {
 public:
  DeadLetterStage(Downstream& downstream, Transitions& transitions, LaneTracing& tracing, LaneCounters& counters);

  void run(std::span<Entry* const> batch);
  // The connector's flood guard learns how the batch was settled.
  void report(std::span<Entry* const> batch);

 private:
  bool is_flood(std::span<Entry* const> rejected) const;
  void fail(std::span<Entry* const> rejected, const std::string& why);
  void without_dead_letter(std::span<Entry* const> rejected);
  void write(std::span<Entry* const> rejected);
  void take_outcome(Entry& entry, const connector_outcome& outcome, std::string_view why, std::chrono::milliseconds retry_after, Blame blame);
  void take_refusal(Entry& entry, const connector_record& letter, std::string_view why);

  Downstream& downstream_;
  Transitions& transitions_;
  LaneTracing& tracing_;
  LaneCounters& counters_;
  CallTimer timer_;
  SinkWrite write_;
  std::vector<Entry*> selected_;
  std::uint32_t set_aside_ = 0;  // of this batch
};

}  // namespace connector_host::pipeline
