#include "host/runtime/kafka_connect_metrics.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "host/runtime/connector_state.hpp"

namespace connector_host::runtime {
namespace {

using observability::Labels;
using pipeline::Dependency;
using pipeline::HistogramCounts;
using pipeline::IntakeCount;
using pipeline::LaneCount;
using pipeline::TaskCounts;
using pipeline::TaskHistogram;

// What a task's rates and recent means are made of.
enum Grows : std::size_t { polled, read, written, running, paused, poll_seconds, polls, send_seconds, sends, polled_in_batches };

SampleWindow::Values growing(const TaskCounts& of) {
  constexpr double microsecond = 1e-6;
  SampleWindow::Values values{};
  values[polled] = double(of.intake[IntakeCount::received]);
  values[read] = double(of.intake[IntakeCount::received] - of.intake[IntakeCount::joined]);
  values[written] = double(of.lanes[LaneCount::written]);
  values[running] = double(of.intake[IntakeCount::running_us]) * microsecond;
  values[paused] = double(of.intake[IntakeCount::paused_us]) * microsecond;
  values[poll_seconds] = of[TaskHistogram::poll].sum;
  values[polls] = double(of[TaskHistogram::poll].count());
  values[send_seconds] = of[TaskHistogram::sink_send].sum;
  values[sends] = double(of[TaskHistogram::sink_send].count());
  values[polled_in_batches] = of[TaskHistogram::poll_records].sum;
  return values;
}

struct Reading {
  const TaskCounts& counts;
  const pipeline::TaskGauges& gauges;
  const SampleWindow::Values& now;
  SampleWindow::Growth recent;  // of 0 s at the first scrape
  std::string_view state;       // in Kafka Connect's words
  double last_error_ms;         // since the Unix epoch; 0: never

  double rate(Grows which) const { return recent.seconds > 0 ? recent.values[which] / recent.seconds : 0; }
  double mean(Grows sum, Grows count) const { return recent.values[count] > 0 ? recent.values[sum] / recent.values[count] : 0; }
  // Of the time; before there is any, of now.
  double share(Grows seconds, std::string_view of_state) const { return recent.seconds > 0 ? std::min(1.0, rate(seconds)) : state == of_state ? 1 : 0; }
  double count(LaneCount which) const { return double(counts.lanes[which]); }
};

std::uint64_t rejected_by_intake(const TaskCounts& of) {
  return of.intake[IntakeCount::unreadable] + of.intake[IntakeCount::undecodable] + of.intake[IntakeCount::unidentified] + of.intake[IntakeCount::guilty];
}

double record_errors(const TaskCounts& of) {
  std::uint64_t sum = rejected_by_intake(of);
  for (const LaneCount each : {LaneCount::rejected_by_transform, LaneCount::rejected_by_sink, LaneCount::put_off_by_dedup, LaneCount::put_off_by_transform,
                               LaneCount::put_off_by_sink, LaneCount::put_off_by_dead_letter})
    sum += of.lanes[each];
  return double(sum);
}

double record_failures(const TaskCounts& of) {
  return double(rejected_by_intake(of) + of.lanes[LaneCount::rejected_by_transform] + of.lanes[LaneCount::rejected_by_sink]);
}

double retries(const TaskCounts& of) {
  return double(of.lanes[LaneCount::put_off_by_dedup] + of.lanes[LaneCount::put_off_by_transform] + of.lanes[LaneCount::put_off_by_sink] +
                of.lanes[LaneCount::put_off_by_dead_letter]);
}

// An attribute of one of Kafka Connect's MBeans of a task.
struct Attribute {
  const char* bean;  // without "-metrics"
  const char* name;
  double (*value)(const Reading&);
};

constexpr double to_ms = 1000;
constexpr Attribute task_attributes[] = {
    {"connector_task", "running_ratio", [](const Reading& of) { return of.share(running, "RUNNING"); }},
    {"connector_task", "pause_ratio", [](const Reading& of) { return of.share(paused, "PAUSED"); }},
    {"connector_task", "batch_size_avg", [](const Reading& of) { return of.mean(polled_in_batches, polls); }},
    {"source_task", "source_record_poll_total", [](const Reading& of) { return of.now[polled]; }},
    {"source_task", "source_record_poll_rate", [](const Reading& of) { return of.rate(polled); }},
    {"source_task", "source_record_write_total", [](const Reading& of) { return of.now[written]; }},
    {"source_task", "source_record_write_rate", [](const Reading& of) { return of.rate(written); }},
    {"source_task", "source_record_active_count", [](const Reading& of) { return double(of.gauges.in_flight); }},
    {"source_task", "poll_batch_avg_time_ms", [](const Reading& of) { return of.mean(poll_seconds, polls) * to_ms; }},
    {"sink_task", "sink_record_read_total", [](const Reading& of) { return of.now[read]; }},
    {"sink_task", "sink_record_read_rate", [](const Reading& of) { return of.rate(read); }},
    {"sink_task", "sink_record_send_total", [](const Reading& of) { return of.now[written]; }},
    {"sink_task", "sink_record_send_rate", [](const Reading& of) { return of.rate(written); }},
    {"sink_task", "sink_record_active_count", [](const Reading& of) { return double(of.gauges.in_flight); }},
    {"sink_task", "put_batch_avg_time_ms", [](const Reading& of) { return of.mean(send_seconds, sends) * to_ms; }},
    {"task_error", "total_record_failures", [](const Reading& of) { return record_failures(of.counts); }},
    {"task_error", "total_record_errors", [](const Reading& of) { return record_errors(of.counts); }},
    {"task_error", "total_records_skipped", [](const Reading& of) { return of.count(LaneCount::dead_letter_writes) + of.count(LaneCount::skipped); }},
    {"task_error", "total_retries", [](const Reading& of) { return retries(of.counts); }},
    {"task_error", "deadletterqueue_produce_requests",
     [](const Reading& of) { return of.count(LaneCount::dead_letter_writes) + of.count(LaneCount::dead_letter_failures); }},
    {"task_error", "deadletterqueue_produce_failures", [](const Reading& of) { return of.count(LaneCount::dead_letter_failures); }},
    {"task_error", "last_error_timestamp", [](const Reading& of) { return of.last_error_ms; }},
};

std::string exporter_name(const std::string& bean, const std::string& attribute) {
  return "kafka_connect_" + bean + "_metrics" + (attribute.empty() ? "" : "_" + attribute);
}

std::string example_name(const std::string& bean, const std::string& attribute) {
  return "kafka_connect_" + (bean == "connect_worker" ? "worker" : bean) + "_" + attribute;
}

std::string dashed(std::string text) {
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

void add(MetricsPage& page, const std::string& bean, const std::string& attribute, const Labels& labels, double value) {
  const std::string help = "Kafka Connect's " + dashed(attribute) + " of " + dashed(bean) + "-metrics.";
  page.foreign(exporter_name(bean, attribute), help, labels, value);
  page.foreign(example_name(bean, attribute), help, labels, value);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return text;
}

// An exporter makes a text into a label of a series that is 1.
void add_texts(MetricsPage& page, const ConnectorView& view) {
  const std::string name = exporter_name("connector", "");
  const std::string help = "Always 1; Kafka Connect's texts of connector-metrics, one a series.";
  const Labels labels = {{"connector", view.name}};
  page.foreign(name, help, with(labels, "status", lower(state_of(view))), 1);
  page.foreign(name, help, with(labels, "connector_type", "source"), 1);
  page.foreign(name, help, with(labels, "connector_class", view.config ? view.config->source.type : ""), 1);
}

void add_connector(MetricsPage& page, const ConnectorView& view) {
  add_texts(page, view);
  const Labels labels = {{"connector", view.name}};
  add(page, "connect_worker", "connector_total_task_count", labels, double(view.tasks.size()));
  for (const char* state : connect_task_states) {
    const auto is_in = [&](const TaskView& task) { return std::string_view(state_of(task)) == state; };
    add(page, "connect_worker", "connector_" + lower(state) + "_task_count", labels, double(std::count_if(view.tasks.begin(), view.tasks.end(), is_in)));
  }
}

}  // namespace

void KafkaConnectMetrics::collect(std::vector<observability::Family>& families, const std::vector<ConnectorReading>& connectors) {
  MetricsPage page(families);
  std::size_t tasks = 0;
  for (const ConnectorReading& each : connectors) {
    add_connector(page, each.view);
    for (const TaskView& task : each.view.tasks) add_task(page, each, task);
    tasks += each.view.tasks.size();
  }
  add(page, "connect_worker", "connector_count", {}, double(connectors.size()));
  add(page, "connect_worker", "task_count", {}, double(tasks));
  window_.sweep();
}

void KafkaConnectMetrics::add_task(MetricsPage& page, const ConnectorReading& connector, const TaskView& task) {
  const std::string index = std::to_string(task.index);
  const Labels labels = {{"connector", connector.view.name}, {"task", index}};
  page.foreign("kafka_connect_connector_status", "Always 1; the label is Kafka Connect's status of the task.", with(labels, "status", lower(state_of(task))),
               1);
  if (task.index >= connector.figures.size()) return;
  const Connector::TaskFigures& figures = connector.figures[task.index];
  const world::Time now = world_.now();
  const SampleWindow::Values values = growing(figures.counts);
  const double last_error = unix_seconds(world_, figures.gauges.last_error);
  const Reading reading{figures.counts, figures.gauges,
                        values,         window_.growth(connector.view.name + "/" + index, now, values).value_or(SampleWindow::Growth{}),
                        state_of(task), last_error * to_ms};
  for (const Attribute& each : task_attributes) add(page, each.bean, each.name, labels, each.value(reading));
}

}  // namespace connector_host::runtime
