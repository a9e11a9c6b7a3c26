#include "host/pipeline/task_counts.hpp"

#include <algorithm>

namespace connector_host::pipeline {

TransformCounts& TransformCounts::operator+=(const TransformCounts& other) {
  passed += other.passed;
  filtered += other.filtered;
  failed += other.failed;
  seconds += other.seconds;
  return *this;
}

TaskCounts::TaskCounts() {
  (*this)[TaskHistogram::poll_records].bounds = records_bounds;
}

TaskCounts& TaskCounts::operator+=(const TaskCounts& other) {
  intake += other.intake;
  lanes += other.lanes;
  for (std::size_t i = 0; i < histograms.size(); ++i) histograms[i] += other.histograms[i];
  transforms.resize(std::max(transforms.size(), other.transforms.size()));
  for (std::size_t i = 0; i < other.transforms.size(); ++i) transforms[i] += other.transforms[i];
  for (std::size_t i = 0; i < connections.size(); ++i) connections[i] += other.connections[i];
  commits_forgotten += other.commits_forgotten;
  supervised_restarts += other.supervised_restarts;
  requested_restarts += other.requested_restarts;
  return *this;
}

}  // namespace connector_host::pipeline
