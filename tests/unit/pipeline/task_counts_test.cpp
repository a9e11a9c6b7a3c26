#include "host/pipeline/task_counts.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host/pipeline/task_counters.hpp"

namespace connector_host::pipeline {
namespace {

TEST(Histogram, A_bound_belongs_to_the_bucket_below_it_and_what_is_above_all_has_one_of_its_own) {
  Histogram histogram;
  histogram.observe(.0005);
  histogram.observe(.00051, 3);
  histogram.observe(31);
  const HistogramCounts counts = histogram.read();
  EXPECT_EQ(counts.buckets[0], 1u);
  EXPECT_EQ(counts.buckets[1], 3u);
  EXPECT_EQ(counts.buckets.back(), 1u);
  EXPECT_EQ(counts.count(), 5u);
  EXPECT_NEAR(counts.sum, .0005 + 3 * .00051 + 31, 1e-9);
}

TEST(TaskCounts, Are_added_up_also_with_different_transforms) {
  TaskCounts a, b;
  a.transforms.resize(1);
  a.transforms[0].passed = 1;
  b.transforms.resize(2);
  b.transforms[0].passed = 2;
  b.transforms[1].failed = 3;
  b.connection(Dependency::sink).lost = 4;
  b.intake.values[std::size_t(IntakeCount::received)] = 5;
  a += b;
  EXPECT_EQ(a.transforms[0].passed, 3u);
  EXPECT_EQ(a.transforms[1].failed, 3u);
  EXPECT_EQ(a.connection(Dependency::sink).lost, 4u);
  EXPECT_EQ(a.intake[IntakeCount::received], 5u);
}

// What a scrape does while the intake thread counts.
TEST(ConsistentSection, A_reader_never_sees_half_a_change) {
  IntakeCounters counters;
  std::atomic<bool> over = false;
  std::thread writer([&] {
    while (!over) {
      const ConsistentSection::Change change(counters.consistent);
      counters[IntakeCount::received].add(2);
      counters[IntakeCount::delivered].add();
      counters.in_flight.set(counters[IntakeCount::received].value() -
                             counters[IntakeCount::delivered].value());
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    std::uint64_t in_flight = 0;
    const auto counts = counters.consistent.read([&] {
      in_flight = counters.in_flight.value();
      return counters.read();
    });
    ASSERT_EQ(counts[IntakeCount::received], counts[IntakeCount::delivered] + in_flight);
  }
  over = true;
  writer.join();
}

}  // namespace
}  // namespace connector_host::pipeline
