#include "host/observability/metrics_registry.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "host/observability/exposition.hpp"

namespace connector_host::observability {
namespace {

Sample sample(Labels labels, double value) {
  Sample one;
  one.labels = std::move(labels);
  one.value = value;
  return one;
}

Family counter(const std::string& name, Labels labels, double value,
               const std::string& help = "Help.") {
  return {name, help, MetricKind::counter, {sample(std::move(labels), value)}};
}

// What stands behind a series, and how often a line begins with it.
std::string value_of(const std::string& text, const std::string& series) {
  const std::size_t at = ("\n" + text).find("\n" + series + " ");
  if (at == std::string::npos) return "missing";
  const std::size_t begin = at + series.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}
std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

struct MetricsFixture {
  MetricsRegistry registry{{"1.2.3", "abc123", "1.0"}};

  MetricsRegistry::Registration add(std::vector<Family> families) {
    return registry.register_source([families](std::vector<Family>& out) {
      out.insert(out.end(), families.begin(), families.end());
    });
  }
};

TEST(MetricsRegistry, Families_of_one_name_stand_together_under_one_help) {
  MetricsFixture f;
  const auto a =
      f.add({counter("records_total", {{"connector", "b"}}, 2), counter("zebras_total", {}, 9)});
  const auto b = f.add({counter("records_total", {{"connector", "a"}}, 1, "Another help.")});
  const std::string text = f.registry.text();
  EXPECT_EQ(count_of(text, "# HELP connector_host_records_total "), 1u);
  EXPECT_EQ(count_of(text, "# TYPE connector_host_records_total counter\n"), 1u);
  EXPECT_NE(text.find("connector_host_records_total{connector=\"a\"} "
                      "1\nconnector_host_records_total{connector=\"b\"} 2\n"),
            std::string::npos)
      << text;
  EXPECT_LT(text.find("records_total"), text.find("zebras_total"));
}

TEST(MetricsRegistry, A_foreign_name_is_taken_as_it_is_and_need_not_follow_our_rules) {
  MetricsFixture f;
  Family family{"kafka_connect_task_count", "Theirs.", MetricKind::gauge, {sample({}, 3)}};
  const auto refused = f.add({family});
  family.foreign = true;
  const auto taken = f.add({family});
  family.name = "no name";
  const auto nameless = f.add({family});
  const std::string text = f.registry.text();
  EXPECT_EQ(value_of(text, "kafka_connect_task_count"), "3") << text;
  EXPECT_EQ(value_of(text, "connector_host_metrics_errors_total"), "2")
      << f.registry.last_problem();
}

TEST(MetricsRegistry, It_says_what_it_is_and_how_the_process_is) {
  MetricsFixture f;
  const std::string text = f.registry.text();
  EXPECT_EQ(
      value_of(text, "connector_host_build_info{abi=\"1.0\",commit=\"abc123\",version=\"1.2.3\"}"),
      "1")
      << text;
  EXPECT_GE(std::stod(value_of(text, "connector_host_uptime_seconds")), 0);
  EXPECT_GT(std::stod(value_of(text, "process_resident_memory_bytes")), 1e6);
  EXPECT_GE(std::stod(value_of(text, "process_open_fds")), 3);
  EXPECT_GE(std::stod(value_of(text, "process_threads")), 1);
  EXPECT_GT(std::stod(value_of(text, "process_cpu_seconds_total")), 0);
  EXPECT_NEAR(std::stod(value_of(text, "process_start_time_seconds")), double(std::time(nullptr)),
              3600);
  EXPECT_EQ(value_of(text, "connector_host_metrics_errors_total"), "0");
}

TEST(MetricsRegistry, Threads_and_descriptors_are_counted) {
  MetricsFixture f;
  std::thread([] {}).join();  // a sanitizer starts a thread of its own together with the first
  const double fds = std::stod(value_of(f.registry.text(), "process_open_fds")),
               threads = std::stod(value_of(f.registry.text(), "process_threads"));
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done) std::this_thread::yield();
  });
  const int one = dup(0);
  const std::string text = f.registry.text();
  done = true;
  other.join();
  close(one);
  EXPECT_EQ(std::stod(value_of(text, "process_open_fds")), fds + 1);
  EXPECT_EQ(std::stod(value_of(text, "process_threads")), threads + 1);
}

TEST(MetricsRegistry, A_histogram_has_its_buckets_the_rest_a_sum_and_a_count) {
  MetricsFixture f;
  Sample one;
  one.buckets = {{0.1, 1}, {1, 3}};
  one.sum = 7.5;
  one.count = 4;
  const auto source = f.add({{"write_seconds", "Help.", MetricKind::histogram, {one}}});
  const std::string text = f.registry.text();
  EXPECT_EQ(value_of(text, "connector_host_write_seconds_bucket{le=\"1\"}"), "3") << text;
  EXPECT_EQ(value_of(text, "connector_host_write_seconds_bucket{le=\"+Inf\"}"), "4");
  EXPECT_EQ(value_of(text, "connector_host_write_seconds_sum"), "7.5");
  EXPECT_EQ(value_of(text, "connector_host_write_seconds_count"), "4");
}

TEST(MetricsRegistry, Text_of_others_cannot_break_the_page) {
  MetricsFixture f;
  const auto source =
      f.add({counter("a_total", {{"name", "x\"y\\z\n# TYPE \xff"}}, 1, "two\nlines \\ here \xff")});
  const std::string text = f.registry.text();
  EXPECT_NE(text.find("# HELP connector_host_a_total two\\nlines \\\\ here \xef\xbf\xbd\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(value_of(text, "connector_host_a_total{name=\"x\\\"y\\\\z\\n# TYPE \xef\xbf\xbd\"}"),
            "1")
      << text;
}

TEST(MetricsRegistry, What_Prometheus_would_refuse_is_left_out_and_counted) {
  MetricsFixture f;
  Sample falling;
  falling.buckets = {{1, 0}, {0.5, 0}};
  const auto source = f.add({counter("good_total", {{"a", "b"}}, 1),
                             counter("good_total", {{"a", "b"}}, 2),
                             counter("bad name_total", {}, 1),
                             counter("no_suffix", {}, 1),
                             counter("label_total", {{"a-b", "c"}}, 1),
                             counter("label_total", {{"a", "b"}, {"a", "c"}}, 1),
                             {"good_total", "Help.", MetricKind::gauge, {sample({}, 1)}},
                             {"gauge_total", "Help.", MetricKind::gauge, {sample({}, 1)}},
                             {"falling_seconds", "Help.", MetricKind::histogram, {falling}}});
  const std::string text = f.registry.text();
  EXPECT_EQ(value_of(text, "connector_host_good_total{a=\"b\"}"), "1") << text;
  for (const char* part : {"bad", "no_suffix", "label_total", "gauge_total", "falling_seconds"})
    EXPECT_EQ(text.find(part), std::string::npos) << part;
  EXPECT_EQ(value_of(text, "connector_host_metrics_errors_total"), "8");
  EXPECT_FALSE(f.registry.last_problem().empty());
}

TEST(MetricsRegistry, A_source_that_fails_takes_nothing_else_along) {
  MetricsFixture f;
  const auto good = f.add({counter("good_total", {}, 1)});
  const auto bad = f.registry.register_source([](std::vector<Family>& out) {
    out.push_back(counter("half_total", {}, 1));
    throw std::runtime_error("no");
  });
  const std::string text = f.registry.text();
  EXPECT_EQ(value_of(text, "connector_host_good_total"), "1");
  EXPECT_EQ(text.find("half_total"), std::string::npos);
  EXPECT_EQ(value_of(text, "connector_host_metrics_errors_total"), "1");
  EXPECT_EQ(f.registry.last_problem(), "a source of metrics failed: no");
}

TEST(MetricsRegistry, A_source_is_not_called_once_its_registration_has_ended) {
  MetricsFixture f;
  std::atomic<bool> done = false;
  std::thread scraper([&] {
    while (!done) f.registry.text();
  });
  for (int i = 0; i < 300; ++i) {
    auto alive = std::make_unique<std::atomic<bool>>(true);
    auto registration = f.registry.register_source(
        [flag = alive.get()](std::vector<Family>&) { EXPECT_TRUE(flag->load()); });
    if (i % 2 == 0) registration = {};
    registration.reset();
    *alive = false;
    alive.reset();
  }
  done = true;
  scraper.join();
}

TEST(MetricsRegistry, A_registration_may_outlive_its_registry) {
  MetricsRegistry::Registration registration;
  {
    MetricsFixture f;
    registration = f.add({});
  }
}

}  // namespace
}  // namespace connector_host::observability
