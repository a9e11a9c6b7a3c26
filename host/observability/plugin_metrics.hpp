#pragma once
// PluginMetrics: the metrics that a component declares, for one place of the topology. What the host's add, set and
// observe write to; every series is there from the start, at 0.
//
// Instances that would have the same labels (the lanes' instances of one transform) share one of these. Names are
// connector_host_<type>_<name>, the type only once ("redis_connects_total" of redis stays as it is), so plugins do not
// get into each other's way. A metric whose name is wrong is not exported, and refused() says so; its index still
// counts, into nothing. add, set and observe are thread-safe, lock nothing and ignore an index that is not there. It
// outlives its instances; owned by whoever creates them.
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "connector/abi.h"
#include "host/observability/family.hpp"
#include "host/observability/metric_cell.hpp"

namespace connector_host::observability {

class PluginMetrics {
 public:
  // labels: connector, task, role (source, sink, dedup, dead_letter, transform), and what else tells places apart.
  PluginMetrics(const connector_component& component, Labels labels);

  void add(std::uint32_t metric, double amount) noexcept;
  void set(std::uint32_t metric, double value) noexcept;
  void observe(std::uint32_t metric, const double* values, std::uint64_t count) noexcept;

  // A source for MetricsRegistry.
  void collect(std::vector<Family>& out) const;
  // One line per metric that is not exported, for the log.
  const std::vector<std::string>& refused() const { return refused_; }

 private:
  struct Metric {
    Metric(Family declared, bool is_exported, std::vector<double> bounds)
        : family(std::move(declared)), exported(is_exported), cell(family.kind, std::move(bounds)) {}

    const Family family;  // without samples
    const bool exported;
    MetricCell cell;
  };

  void declare(const connector_metric* metric, const std::string& type);

  const Labels labels_;
  std::deque<Metric> metrics_;  // cells do not move
  std::vector<std::string> refused_;
};

}  // namespace connector_host::observability
