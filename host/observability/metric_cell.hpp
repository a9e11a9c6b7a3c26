#pragma once
// MetricCell: the value of one metric of one instance. Any thread counts, any thread reads; each on its own cache line.
//
// Relaxed atomics throughout: a cell orders nothing, and a scrape that sees a histogram's sum one observation ahead of
// its buckets does no harm. What makes no sense is ignored: a counter that would fall, a value that is no number, a
// call of another kind.
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "host/observability/family.hpp"

namespace connector_host::observability {

class alignas(64) MetricCell {
 public:
  // bounds: upper bounds of a histogram's buckets, finite and rising.
  MetricCell(MetricKind kind, std::vector<double> bounds);

  void add(double amount) noexcept;                                  // counters, gauges
  void set(double value) noexcept;                                   // gauges
  void observe(const double* values, std::uint64_t count) noexcept;  // histograms
  void fill(Sample& sample) const;

 private:
  std::size_t bucket_of(double value) const noexcept;

  const MetricKind kind_;
  const std::vector<double> bounds_;
  std::atomic<double> value_ = 0;                          // of a histogram: the sum
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;  // one per bound and one for the rest; not cumulative
};

}  // namespace connector_host::observability
