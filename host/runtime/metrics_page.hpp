#pragma once
// MetricsPage: families being filled, in the order of their first sample. For one scrape.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "host/observability/family.hpp"
#include "host/pipeline/histogram.hpp"

namespace connector_host::runtime {

class MetricsPage {
 public:
  // What stands in `families` already is left alone. It outlives the page.
  explicit MetricsPage(std::vector<observability::Family>& families) : families_(families), first_(families.size()) {}

  void counter(const char* name, const char* help, observability::Labels labels, double value) {
    add(name, help, observability::MetricKind::counter, {std::move(labels), value, {}, 0, 0});
  }
  void gauge(const char* name, const char* help, observability::Labels labels, double value) {
    add(name, help, observability::MetricKind::gauge, {std::move(labels), value, {}, 0, 0});
  }
  void histogram(const char* name, const char* help, observability::Labels labels, const pipeline::HistogramCounts& counts);

 private:
  void add(const char* name, const char* help, observability::MetricKind kind, observability::Sample sample);

  std::vector<observability::Family>& families_;
  const std::size_t first_;
};

// The labels, and one more.
observability::Labels with(observability::Labels labels, const char* name, std::string value);

}  // namespace connector_host::runtime
