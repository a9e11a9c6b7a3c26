#include "host/observability/plugin_metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "connector/option.hpp"

namespace connector_host::observability {
namespace {

constexpr double bounds[] = {0.1, 1, 10, std::numeric_limits<double>::infinity()};

connector_metric metric(std::uint32_t kind, std::string_view name, bool buckets = false) {
  connector_metric one{};
  one.struct_size = sizeof one;
  one.kind = kind;
  one.name = {name.data(), name.size()};
  one.help = {"Help.", 5};
  if (buckets) {
    one.buckets = bounds;
    one.bucket_count = std::size(bounds);
  }
  return one;
}

const connector_metric table[] = {metric(CONNECTOR_COUNTER, "written_total"),
                                  metric(CONNECTOR_GAUGE, "my_sink_open"),
                                  metric(CONNECTOR_HISTOGRAM, "write_seconds", true)};
const connector_metric* const pointers[] = {&table[0], &table[1], &table[2]};

connector_component component_of(const connector_metric* const* metrics, std::size_t count) {
  connector_component component{};
  component.struct_size = sizeof component;
  component.type = {"my-sink", 7};
  component.metrics = metrics;
  component.metric_count = count;
  return component;
}

std::vector<Family> families_of(const PluginMetrics& metrics) {
  std::vector<Family> families;
  metrics.collect(families);
  return families;
}

TEST(PluginMetrics, Every_series_is_there_from_the_start) {
  const PluginMetrics metrics(component_of(pointers, 3),
                              {{"connector", "c"}, {"task", "0"}, {"role", "sink"}});
  const auto families = families_of(metrics);
  ASSERT_EQ(families.size(), 3u);
  EXPECT_EQ(families[0].name, "my_sink_written_total");
  EXPECT_EQ(families[1].name, "my_sink_open") << "the type only once";
  EXPECT_EQ(families[0].samples[0].labels,
            (Labels{{"connector", "c"}, {"task", "0"}, {"role", "sink"}}));
  EXPECT_EQ(families[0].samples[0].value, 0);
  EXPECT_EQ(families[2].samples[0].buckets.size(), 3u);
  EXPECT_TRUE(metrics.refused().empty());
}

TEST(PluginMetrics, Each_kind_takes_what_makes_sense_for_it) {
  PluginMetrics metrics(component_of(pointers, 3), {});
  metrics.add(0, 2.5);
  metrics.add(0, -1);
  metrics.add(0, NAN);
  metrics.set(0, 99);
  metrics.set(1, 7);
  metrics.add(1, -2);
  const double values[] = {0.1, 0.05, 5, 100, NAN, 0.5};
  metrics.observe(2, values, std::size(values));
  metrics.observe(2, values, 1);
  metrics.observe(1, values, 1);
  metrics.add(2, 1);
  metrics.add(3, 1);
  metrics.set(4'000'000'000, 1);
  metrics.observe(3, values, 1);
  const auto families = families_of(metrics);
  EXPECT_EQ(families[0].samples[0].value, 2.5);
  EXPECT_EQ(families[1].samples[0].value, 5);
  const Sample& histogram = families[2].samples[0];
  EXPECT_EQ(histogram.count, 6u);
  EXPECT_NEAR(histogram.sum, 105.75, 1e-9);
  EXPECT_EQ(histogram.buckets[0].count, 3u) << "a bound belongs to its bucket";
  EXPECT_EQ(histogram.buckets[1].count, 4u);
  EXPECT_EQ(histogram.buckets[2].count, 5u);
}

TEST(PluginMetrics, Wrong_declarations_are_refused_and_their_index_still_counts) {
  static constexpr double falling[] = {2, 1};
  connector_metric wrong[] = {metric(CONNECTOR_COUNTER, "written"),
                              metric(CONNECTOR_GAUGE, "up down"),
                              metric(7, "strange"),
                              metric(CONNECTOR_HISTOGRAM, "fall_seconds"),
                              metric(CONNECTOR_GAUGE, "things_total"),
                              metric(CONNECTOR_GAUGE, "good")};
  wrong[3].buckets = falling;
  wrong[3].bucket_count = 2;
  const connector_metric* const all[] = {&wrong[0], &wrong[1], &wrong[2], &wrong[3],
                                         &wrong[4], nullptr,   &wrong[5]};
  PluginMetrics metrics(component_of(all, 7), {});
  EXPECT_EQ(metrics.refused().size(), 6u);
  EXPECT_EQ(metrics.refused()[0],
            "plugin 'my-sink': metric 'written': it counts, so its name has to end in _total");
  for (std::uint32_t i = 0; i < 7; ++i) metrics.add(i, 1);
  const auto families = families_of(metrics);
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].name, "my_sink_good");
  EXPECT_EQ(families[0].samples[0].value, 1);
}

TEST(PluginMetrics, Threads_count_side_by_side_and_lose_nothing) {
  PluginMetrics metrics(component_of(pointers, 3), {});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&metrics] {
      const double values[] = {0.05, 0.05, 5};
      for (int i = 0; i < 5'000; ++i) {
        metrics.add(0, 1);
        metrics.observe(2, values, 3);
      }
    });
  for (int i = 0; i < 100; ++i) families_of(metrics);
  for (auto& thread : threads) thread.join();
  const auto families = families_of(metrics);
  EXPECT_EQ(families[0].samples[0].value, 20'000);
  EXPECT_EQ(families[2].samples[0].count, 60'000u);
  EXPECT_EQ(families[2].samples[0].buckets[0].count, 40'000u);
}

}  // namespace
}  // namespace connector_host::observability
