#pragma once
// TaskMetrics: what tasks have counted, as the families of /metrics, labelled connector and task. Stateless.
//
// Names follow Kafka Connect's where it has one. The conservation law holds over them, per task and at every scrape:
//   source_record_poll_total = records_delivered_total + records_duplicate_total + records_dead_lettered_total
//                            + records_dropped_total + records_returned_total + source_record_active
#include "host/runtime/connector.hpp"
#include "host/runtime/metrics_page.hpp"

namespace connector_host::runtime {

class TaskMetrics {
 public:
  // world: to tell when something was. It outlives this.
  explicit TaskMetrics(world::World& world) : world_(world) {}

  void collect(MetricsPage& page, const ConnectorView& connector, const std::vector<Connector::TaskFigures>& figures) const;

 private:
  void add_gauges(MetricsPage& page, const observability::Labels& labels, const pipeline::TaskGauges& gauges) const;

  world::World& world_;
};

}  // namespace connector_host::runtime
