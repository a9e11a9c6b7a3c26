#pragma once
// TaskMetrics: what /metrics says about connectors and tasks, read from their counters at every scrape.
//
// Names follow Kafka Connect's where it has one. Every series is there from the start. The conservation law holds over
// them, per task: received = delivered + duplicate + dead_lettered + dropped + returned + in flight.
#include <vector>

#include "host/observability/metrics_registry.hpp"
#include "host/runtime/runtime.hpp"

namespace connector_host::runtime {

class TaskMetrics {
 public:
  // Both outlive it.
  TaskMetrics(const Runtime& runtime, observability::MetricsRegistry& registry);

 private:
  void collect(std::vector<observability::Family>& families) const;

  const Runtime& runtime_;
  observability::MetricsRegistry::Registration registration_;  // last: it calls collect
};

}  // namespace connector_host::runtime
