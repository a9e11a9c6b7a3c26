#pragma once
// ConnectorView: what a connector is and does at one moment, for status, health and metrics. Plain data, without secrets
// but for those of its configuration, which knows how it is shown.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/pipeline/task.hpp"
#include "host/runtime/connector_store.hpp"
#include "host/runtime/host_services.hpp"

namespace connector_host::runtime {

// What became of records, since the connector was made: over all its tasks, also of those that were started again.
struct RecordTotals {
  std::uint64_t received = 0, delivered = 0, duplicate = 0, dead_lettered = 0, dropped = 0, returned = 0;

  RecordTotals& operator+=(const RecordTotals& other);
};
RecordTotals totals_of(const pipeline::TaskCounts& counts);

struct TaskView {
  std::uint32_t index = 0;
  pipeline::TaskStatus status;
  RecordTotals totals;
  pipeline::HistogramCounts end_to_end;  // of all its records so far
  bool restarting = false;               // somebody asked for it, and it has not begun anew
  std::size_t restarts = 0;              // by the supervisor, within the last hour
  std::optional<world::Time> again;      // it FAILED, and is started again then
  bool stays_failed = false;             // until somebody restarts it
  std::string stalled;                   // why it is; empty: it is not (stall_of)
};

struct ConnectorView {
  std::string name;
  std::shared_ptr<const topology::ConnectorConfig> config;
  Origin origin = Origin::file;
  Target target = Target::running;
  bool at_target = false;  // PAUSED: nothing is in flight; STOPPED: no task is left
  bool restarting = false;
  std::string failure;               // why its tasks could not be made; empty: they could, or were not to be
  std::optional<world::Time> again;  // that is tried again then
  std::vector<TaskView> tasks;
  RecordTotals totals;
};

}  // namespace connector_host::runtime
