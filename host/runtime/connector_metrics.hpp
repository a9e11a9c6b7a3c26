#pragma once
// ConnectorMetrics: the part of /metrics that is about connectors: their states and health, their tasks' counters
// (TaskMetrics), their dependencies, and what their plugins count themselves; on wish all that under Kafka Connect's names as well.
//
// Asked at every scrape. Every series is there as soon as its connector or task is.
#include <optional>
#include <vector>

#include "host/observability/metrics_registry.hpp"
#include "host/runtime/kafka_connect_metrics.hpp"
#include "host/runtime/runtime.hpp"
#include "host/runtime/task_metrics.hpp"

namespace connector_host::runtime {

class ConnectorMetrics {
 public:
  // All outlive it.
  ConnectorMetrics(const Runtime& runtime, world::World& world, const topology::MetricsConfig& config, observability::MetricsRegistry& registry);

 private:
  void collect(std::vector<observability::Family>& families);

  const Runtime& runtime_;
  const TaskMetrics task_metrics_;
  std::optional<KafkaConnectMetrics> kafka_connect_;
  observability::MetricsRegistry::Registration registration_;  // last: it calls collect
};

}  // namespace connector_host::runtime
