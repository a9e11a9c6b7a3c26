#pragma once
// Family: metrics of one name as they stand at a scrape. Plain data, made anew for each scrape; whoever counts keeps its
// own atomics and fills families when it is asked, so nothing here is on the path of a record.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace connector_host::observability {

using Labels = std::vector<std::pair<std::string, std::string>>;

enum class MetricKind { counter, gauge, histogram };

struct Bucket {
  double upper_bound = 0;
  std::uint64_t count = 0;  // of all values up to it
};

struct Sample {
  Labels labels;
  double value = 0;  // of counters and gauges
  // Of histograms; the bucket +Inf is added.
  std::vector<Bucket> buckets;
  double sum = 0;
  std::uint64_t count = 0;
};

struct Family {
  std::string name;  // without "connector_host_", which MetricsRegistry adds; counters end in _total
  std::string help;
  MetricKind kind = MetricKind::gauge;
  std::vector<Sample> samples;
  bool foreign = false;  // the name is whole, and follows the rules of another program
};

}  // namespace connector_host::observability
