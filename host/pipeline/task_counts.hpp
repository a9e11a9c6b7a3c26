#pragma once
// TaskCounts: everything a task has counted, at one moment; of several tasks that had one place one after the other, the
// sum. Plain data.
#include <array>
#include <cstdint>
#include <vector>

#include "host/middleware/connection_counts.hpp"
#include "host/pipeline/histogram.hpp"

namespace connector_host::pipeline {

enum class TaskHistogram : std::uint8_t {
  poll,          // seconds that a poll took which brought something
  poll_records,  // that it brought
  end_to_end,    // seconds from poll to ack, of records
  event_age,     // seconds from a record's own timestamp to its poll, of records
  dedup_claim,   // seconds of calls
  dedup_commit,
  dedup_release,
  sink_send,
  end
};

struct TransformCounts {
  std::uint64_t passed = 0, filtered = 0, failed = 0;  // records
  HistogramCounts seconds;                             // of calls

  TransformCounts& operator+=(const TransformCounts& other);
};

// What a task says of its dependencies; transforms are told apart by their place instead.
enum class Dependency : std::uint8_t { source, dedup, sink, dead_letter, end };

struct TaskCounts {
  TaskCounts();

  Counts<IntakeCount> intake;
  Counts<LaneCount> lanes;
  std::array<HistogramCounts, std::size_t(TaskHistogram::end)> histograms;
  std::vector<TransformCounts> transforms;  // by their place
  std::array<middleware::ConnectionCounts, std::size_t(Dependency::end)> connections;
  std::uint64_t commits_forgotten = 0;
  std::uint64_t supervised_restarts = 0, requested_restarts = 0;  // counted by whoever owns the task

  middleware::ConnectionCounts& connection(Dependency which) { return connections[std::size_t(which)]; }
  const middleware::ConnectionCounts& connection(Dependency which) const { return connections[std::size_t(which)]; }
  HistogramCounts& operator[](TaskHistogram which) { return histograms[std::size_t(which)]; }
  const HistogramCounts& operator[](TaskHistogram which) const { return histograms[std::size_t(which)]; }
  TaskCounts& operator+=(const TaskCounts& other);
};

}  // namespace connector_host::pipeline
