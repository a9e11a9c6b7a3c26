#pragma once
// Histogram: how values of one kind are spread. One thread observes, any thread reads, as with a Counter; an observation
// may stand for many records, so that a batch costs one.
//
// HistogramCounts is what one or several of them stood at.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/pipeline/counters.hpp"

namespace connector_host::pipeline {

// Upper bounds of buckets, rising; what is above the last is in a bucket of its own.
inline constexpr std::array<double, 15> seconds_bounds = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
inline constexpr std::array<double, 15> records_bounds = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10'000, 20'000, 50'000};

struct HistogramCounts {
  static constexpr std::size_t bounds_count = seconds_bounds.size();

  std::span<const double, bounds_count> bounds = seconds_bounds;
  std::array<std::uint64_t, bounds_count + 1> buckets{};  // not cumulative
  double sum = 0;

  std::uint64_t count() const;
  HistogramCounts& operator+=(const HistogramCounts& other);
};

class Histogram {
 public:
  explicit Histogram(std::span<const double, HistogramCounts::bounds_count> bounds = seconds_bounds) : bounds_(bounds) {}

  void observe(double value, std::uint64_t count = 1);
  HistogramCounts read() const;

 private:
  const std::span<const double, HistogramCounts::bounds_count> bounds_;
  std::array<Counter, HistogramCounts::bounds_count + 1> buckets_;
  std::atomic<double> sum_ = 0;
};

}  // namespace connector_host::pipeline
