#pragma once
// IntakeCounters and LaneCounters: what the threads of a task count as they work; TaskCounts is what they come to.
#include "host/pipeline/counters.hpp"
#include "host/pipeline/histogram.hpp"

namespace connector_host::pipeline {

struct alignas(128) IntakeCounters : Counters<IntakeCount> {  // written by the intake thread
  Counter in_flight, in_flight_bytes;                         // gauges
  ConsistentSection consistent;                               // around changes of what the conservation law is about
  Histogram poll, poll_records{records_bounds}, end_to_end, event_age;
  Counter last_turn, last_received, last_error;  // nanoseconds of the world's clock; 0: never
};

struct alignas(128) LaneCounters : Counters<LaneCount> {  // written by one lane
  Histogram dedup_claim, dedup_commit, dedup_release, sink_send;
  Counter last_error;
  Counter retrying, retrying_since;  // gauges: records that failed by themselves and wait; since when the oldest of them does
};

struct alignas(128) TransformCounters {  // written by one lane
  Counter passed, filtered, failed;
  Histogram seconds;
};

}  // namespace connector_host::pipeline
