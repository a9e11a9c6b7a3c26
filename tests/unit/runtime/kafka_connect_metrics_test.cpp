// The names that dashboards made for Kafka Connect ask for, and what they say here.
#include "host/runtime/kafka_connect_metrics.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/middleware/manual_world.hpp"

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
using pipeline::IntakeCount;
using pipeline::LaneCount;
using pipeline::TaskHistogram;

class KafkaConnectMetricsTest : public ::testing::Test {
 protected:
  KafkaConnectMetricsTest() {
    auto config = std::make_shared<topology::ConnectorConfig>();
    config->source.type = "rabbitmq";
    reading.view.name = "orders";
    reading.view.config = config;
    reading.view.at_target = true;
    reading.view.tasks.emplace_back().status.state = pipeline::TaskState::running;
    reading.figures.emplace_back();
  }

  // "name{label=value,…}" and its value.
  std::map<std::string, double> scrape() {
    std::vector<observability::Family> families;
    metrics.collect(families, {reading});
    std::map<std::string, double> series;
    for (const observability::Family& family : families) {
      EXPECT_TRUE(family.foreign) << family.name;
      for (const observability::Sample& sample : family.samples) {
        std::string name = family.name;
        for (const auto& [label, value] : sample.labels)
          name += (name == family.name ? "{" : ",") + label + "=" + value;
        const bool is_new =
            series.emplace(name + (sample.labels.empty() ? "" : "}"), sample.value).second;
        EXPECT_TRUE(is_new) << name;
      }
    }
    return series;
  }
  static double of_task(const std::map<std::string, double>& series, const std::string& name) {
    const auto found = series.find("kafka_connect_" + name + "{connector=orders,task=0}");
    return found == series.end() ? -1 : found->second;
  }
  std::uint64_t& intake(IntakeCount which) {
    return reading.figures[0].counts.intake.values[std::size_t(which)];
  }
  std::uint64_t& lane(LaneCount which) {
    return reading.figures[0].counts.lanes.values[std::size_t(which)];
  }

  ManualWorld world;
  KafkaConnectMetrics metrics{world};
  ConnectorReading reading;
};

// Of the panels of public dashboards for Kafka Connect: those of Confluent's monitoring stack, and
// those that go by the rules of Strimzi. Left out is what docs/metrics.md says is left out.
TEST_F(KafkaConnectMetricsTest, What_public_dashboards_ask_for_is_there) {
  const auto series = scrape();
  for (const char* name : {
           "connect_worker_metrics_connector_count",
           "connect_worker_metrics_task_count",
           "connect_worker_metrics_connector_total_task_count",
           "connect_worker_metrics_connector_running_task_count",
           "connect_worker_metrics_connector_paused_task_count",
           "connect_worker_metrics_connector_failed_task_count",
           "connect_worker_metrics_connector_unassigned_task_count",
           "connector_task_metrics_running_ratio",
           "connector_task_metrics_pause_ratio",
           "connector_task_metrics_batch_size_avg",
           "task_error_metrics_total_record_failures",
           "task_error_metrics_total_record_errors",
           "task_error_metrics_total_records_skipped",
           "task_error_metrics_total_retries",
           "task_error_metrics_deadletterqueue_produce_requests",
           "task_error_metrics_deadletterqueue_produce_failures",
           "task_error_metrics_last_error_timestamp",
           "source_task_metrics_poll_batch_avg_time_ms",
           "source_task_metrics_source_record_poll_rate",
           "source_task_metrics_source_record_poll_total",
           "source_task_metrics_source_record_write_rate",
           "source_task_metrics_source_record_write_total",
           "source_task_metrics_source_record_active_count",
           "sink_task_metrics_put_batch_avg_time_ms",
           "sink_task_metrics_sink_record_read_total",
           "sink_task_metrics_sink_record_send_total",
           "worker_connector_count",
           "worker_task_count",
           "worker_connector_running_task_count",
           "worker_connector_paused_task_count",
           "worker_connector_failed_task_count",
           "connector_task_running_ratio",
           "connector_status",
           "source_task_source_record_poll_total",
           "source_task_source_record_write_total",
           "source_task_source_record_active_count",
           "sink_task_sink_record_read_total",
           "sink_task_sink_record_send_total",
           "task_error_total_record_failures",
           "task_error_total_record_errors",
           "task_error_total_records_skipped",
           "task_error_total_retries",
           "task_error_deadletterqueue_produce_requests",
       }) {
    const auto found = series.lower_bound(std::string("kafka_connect_") + name);
    EXPECT_TRUE(found != series.end() && found->first.substr(0, found->first.find('{')) ==
                                             std::string("kafka_connect_") + name)
        << name;
  }
}

TEST_F(KafkaConnectMetricsTest, Both_spellings_say_the_same_and_texts_are_labels) {
  intake(IntakeCount::received) = 12;
  const auto series = scrape();
  EXPECT_EQ(12, of_task(series, "source_task_metrics_source_record_poll_total"));
  EXPECT_EQ(12, of_task(series, "source_task_source_record_poll_total"));
  EXPECT_EQ(1, series.at("kafka_connect_connector_metrics{connector=orders,status=running}"));
  EXPECT_EQ(
      1, series.at("kafka_connect_connector_metrics{connector=orders,connector_class=rabbitmq}"));
  EXPECT_EQ(1, series.at("kafka_connect_connector_status{connector=orders,task=0,status=running}"));
  EXPECT_EQ(1, series.at("kafka_connect_worker_connector_running_task_count{connector=orders}"));
  EXPECT_EQ(0, series.at("kafka_connect_worker_connector_failed_task_count{connector=orders}"));
  EXPECT_EQ(1, series.at("kafka_connect_connect_worker_metrics_task_count"));
}

TEST_F(KafkaConnectMetricsTest, Rates_and_means_are_those_of_the_time_between_scrapes) {
  intake(IntakeCount::received) = 1'000'000;  // from before anybody looked
  EXPECT_EQ(0, of_task(scrape(), "source_task_source_record_poll_rate"));
  EXPECT_EQ(1, of_task(scrape(), "connector_task_running_ratio"));
  world.pass(20s);
  pipeline::TaskCounts& counts = reading.figures[0].counts;
  intake(IntakeCount::received) += 500;
  intake(IntakeCount::running_us) += 15'000'000;
  intake(IntakeCount::paused_us) += 5'000'000;
  lane(LaneCount::written) += 400;
  counts[TaskHistogram::poll].sum += 0.6;
  counts[TaskHistogram::poll].buckets[0] += 100;
  counts[TaskHistogram::poll_records].sum += 500;
  counts[TaskHistogram::sink_send].sum += 3;
  counts[TaskHistogram::sink_send].buckets[0] += 60;
  const auto series = scrape();
  EXPECT_DOUBLE_EQ(25, of_task(series, "source_task_source_record_poll_rate"));
  EXPECT_DOUBLE_EQ(20, of_task(series, "sink_task_metrics_sink_record_send_rate"));
  EXPECT_DOUBLE_EQ(0.75, of_task(series, "connector_task_running_ratio"));
  EXPECT_DOUBLE_EQ(0.25, of_task(series, "connector_task_metrics_pause_ratio"));
  EXPECT_DOUBLE_EQ(6, of_task(series, "source_task_poll_batch_avg_time_ms"));
  EXPECT_DOUBLE_EQ(5, of_task(series, "connector_task_batch_size_avg"));
  EXPECT_DOUBLE_EQ(50, of_task(series, "sink_task_put_batch_avg_time_ms"));
}

TEST_F(KafkaConnectMetricsTest, Errors_are_counted_as_Kafka_Connect_counts_them) {
  intake(IntakeCount::unidentified) = 1;
  intake(IntakeCount::unreadable) = 10;
  intake(IntakeCount::undecodable) = 20;
  lane(LaneCount::rejected_by_sink) = 2;
  lane(LaneCount::put_off_by_sink) = 4;
  lane(LaneCount::dead_letter_writes) = 3;
  lane(LaneCount::dead_letter_failures) = 5;
  lane(LaneCount::skipped) = 7;
  reading.figures[0].gauges.last_error = world.now();
  const auto series = scrape();
  EXPECT_EQ(33, of_task(series, "task_error_total_record_failures"));
  EXPECT_EQ(37, of_task(series, "task_error_total_record_errors"));
  EXPECT_EQ(4, of_task(series, "task_error_total_retries"));
  EXPECT_EQ(10, of_task(series, "task_error_total_records_skipped"));
  EXPECT_EQ(8, of_task(series, "task_error_deadletterqueue_produce_requests"));
  EXPECT_EQ(5, of_task(series, "task_error_deadletterqueue_produce_failures"));
  EXPECT_EQ(3'600'000, of_task(series, "task_error_last_error_timestamp"));
}

TEST_F(KafkaConnectMetricsTest, A_task_that_failed_shows_as_such) {
  reading.view.tasks[0].status.failure = "no more";
  const auto series = scrape();
  EXPECT_EQ(1, series.at("kafka_connect_connector_status{connector=orders,task=0,status=failed}"));
  EXPECT_EQ(
      1, series.at(
             "kafka_connect_connect_worker_metrics_connector_failed_task_count{connector=orders}"));
  EXPECT_EQ(0, of_task(series, "connector_task_running_ratio"));
}

}  // namespace
}  // namespace connector_host::runtime
