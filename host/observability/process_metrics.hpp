#pragma once
// ProcessMetrics: what every Prometheus client says about its process (process_cpu_seconds_total and so on), read from
// the kernel at a scrape. What the kernel does not tell is left out. Thread-safe; owned by MetricsRegistry.
#include <optional>
#include <vector>

#include "host/observability/family.hpp"

namespace connector_host::observability {

class ProcessMetrics {
 public:
  ProcessMetrics();
  // Names are whole ("process_…"): no prefix goes before them.
  void collect(std::vector<Family>& out) const;

 private:
  std::optional<double> start_time_;  // seconds since the Unix epoch; it does not change
};

}  // namespace connector_host::observability
