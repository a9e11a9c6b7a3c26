#include "host/observability/metric_cell.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace connector_host::observability {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

MetricCell::MetricCell(MetricKind kind, std::vector<double> bounds)
    : kind_(kind), bounds_(std::move(bounds)), buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {}

void MetricCell::add(double amount) noexcept {
  if (kind_ == MetricKind::histogram || !std::isfinite(amount) || (kind_ == MetricKind::counter && amount < 0)) return;
  value_.fetch_add(amount, relaxed);
}

void MetricCell::set(double value) noexcept {
  if (kind_ == MetricKind::gauge) value_.store(value, relaxed);
}

void MetricCell::observe(const double* values, std::uint64_t count) noexcept {
  if (kind_ != MetricKind::histogram) return;
  double sum = 0;
  // Neighbours in a batch are alike, so their bucket is written once per run of them.
  std::size_t bucket = 0;
  std::uint64_t run = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!std::isfinite(values[i])) continue;
    sum += values[i];
    const std::size_t next = bucket_of(values[i]);
    if (next != bucket && run > 0) buckets_[bucket].fetch_add(std::exchange(run, 0), relaxed);
    bucket = next;
    ++run;
  }
  if (run == 0) return;
  buckets_[bucket].fetch_add(run, relaxed);
  value_.fetch_add(sum, relaxed);
}

std::size_t MetricCell::bucket_of(double value) const noexcept {
  return std::size_t(std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin());
}

void MetricCell::fill(Sample& sample) const {
  const double value = value_.load(relaxed);
  if (kind_ != MetricKind::histogram) {
    sample.value = value;
    return;
  }
  sample.sum = value;
  sample.count = 0;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    sample.count += buckets_[i].load(relaxed);
    sample.buckets.push_back({bounds_[i], sample.count});
  }
  sample.count += buckets_[bounds_.size()].load(relaxed);
}

}  // namespace connector_host::observability
