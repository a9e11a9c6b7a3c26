#include "host/pipeline/histogram.hpp"

#include <algorithm>
#include <numeric>

namespace connector_host::pipeline {

std::uint64_t HistogramCounts::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t(0));
}

HistogramCounts& HistogramCounts::operator+=(const HistogramCounts& other) {
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
  sum += other.sum;
  return *this;
}

void Histogram::observe(double value, std::uint64_t count) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[std::size_t(bucket)].add(count);
  sum_.store(sum_.load(std::memory_order_relaxed) + value * double(count), std::memory_order_relaxed);
}

HistogramCounts Histogram::read() const {
  HistogramCounts counts;
  counts.bounds = bounds_;
  for (std::size_t i = 0; i < buckets_.size(); ++i) counts.buckets[i] = buckets_[i].value();
  counts.sum = sum_.load(std::memory_order_relaxed);
  return counts;
}

}  // namespace connector_host::pipeline
