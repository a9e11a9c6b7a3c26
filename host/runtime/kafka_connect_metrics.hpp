#pragma once
// KafkaConnectMetrics: what connectors have counted, under the names that the usual rules of a JMX exporter give Kafka
// Connect's metrics, so that dashboards and alerts made for those work here. For metrics.compat: kafka-connect.
//
// Each is there twice, because there are two usual spellings: the exporter's own and Confluent's
// (kafka_connect_source_task_metrics_source_record_poll_total), and that of the exporter's example and of Strimzi
// (kafka_connect_source_task_source_record_poll_total). A translation of the same numbers and nothing more: what this host
// does not count (maxima, offset commits, rebalances, a worker's start-ups) is not there; docs/metrics.md lists it.
// One scrape at a time; owned by ConnectorMetrics.
#include <vector>

#include "host/runtime/connector.hpp"
#include "host/runtime/metrics_page.hpp"
#include "host/runtime/sample_window.hpp"

namespace connector_host::runtime {

// One connector at one moment.
struct ConnectorReading {
  ConnectorView view;
  std::vector<Connector::TaskFigures> figures;  // by index
};

class KafkaConnectMetrics {
 public:
  // world: its clocks. It outlives this.
  explicit KafkaConnectMetrics(world::World& world) : world_(world) {}

  void collect(std::vector<observability::Family>& families, const std::vector<ConnectorReading>& connectors);

 private:
  void add_task(MetricsPage& page, const ConnectorReading& connector, const TaskView& task);

  world::World& world_;
  SampleWindow window_;
};

}  // namespace connector_host::runtime
