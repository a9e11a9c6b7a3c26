#pragma once
// MetricsPage: families being filled, in the order of their first sample. For one scrape.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/observability/family.hpp"
#include "host/pipeline/histogram.hpp"
#include "host/world/world.hpp"

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
  // Under a name that is another program's; a counter when it ends in _total.
  void foreign(const std::string& name, const std::string& help, observability::Labels labels, double value);
  void histogram(const char* name, const char* help, observability::Labels labels, const pipeline::HistogramCounts& counts);

 private:
  observability::Family& add(std::string_view name, std::string_view help, observability::MetricKind kind, observability::Sample sample);

  std::vector<observability::Family>& families_;
  const std::size_t first_;
};

// Of a moment of the world's clock, in seconds since the Unix epoch; 0: never.
double unix_seconds(world::World& world, world::Time at);

// The labels, and one more.
observability::Labels with(observability::Labels labels, const char* name, std::string value);

}  // namespace connector_host::runtime
