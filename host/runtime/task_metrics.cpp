#include "host/runtime/task_metrics.hpp"

#include <string>

namespace connector_host::runtime {
namespace {

using observability::Labels;
using pipeline::Dependency;
using pipeline::IntakeCount;
using pipeline::LaneCount;
using pipeline::TaskCounts;
using pipeline::TaskHistogram;

// One counter of the page; label: null, or what tells it from others of its name.
template <class Count>
struct Entry {
  const char* name;
  const char* help;
  Count count;
  const char* label = nullptr;
  const char* value = nullptr;
  double unit = 1;
};

constexpr double microsecond = 1e-6;
constexpr const char* acks_help = "Records answered to the source: acknowledged, or given back to come again.";
constexpr const char* obstacle_help =
    "Time in which no more was taken, by what kept the task from it: the limits of records and of bytes in flight, or a dependency.";
constexpr Entry<IntakeCount> intake_entries[] = {
    {"source_record_poll_total", "Records that the source handed out.", IntakeCount::received},
    {"source_record_poll_bytes_total", "Bytes of the values of these records.", IntakeCount::received_bytes},
    {"source_record_redelivered_total", "Records that the source knows it handed out before.", IntakeCount::redelivered},
    {"source_record_suspect_total", "Records handed out three times or more before, and so worked on alone.", IntakeCount::suspects},
    {"source_record_joined_total", "Records whose id was in hand already; they took its outcome.", IntakeCount::joined},
    {"records_without_key_total", "Records for which the connector's rule found no key.", IntakeCount::keyless},
    {"records_delivered_total", "Records settled as delivered to the sink.", IntakeCount::delivered},
    {"records_duplicate_total", "Records settled without being written, because their id was done or in hand.", IntakeCount::duplicate},
    {"records_dead_lettered_total", "Records settled by a confirmed dead letter.", IntakeCount::dead_lettered},
    {"records_dropped_total", "Records settled by a transform's or the user's wish to drop them.", IntakeCount::dropped},
    {"records_returned_total", "Records given back to the source.", IntakeCount::returned},
    {"source_acks_total", acks_help, IntakeCount::acked, "outcome", "ack"},
    {"source_acks_total", acks_help, IntakeCount::requeued, "outcome", "requeue"},
    {"source_ack_calls_total", "Calls of ack; each is for everything settled since the last.", IntakeCount::ack_calls},
    {"source_polls_total", "Calls of poll.", IntakeCount::polls},
    {"task_running_seconds_total", "Time in which the task was running.", IntakeCount::running_us, nullptr, nullptr, microsecond},
    {"task_paused_seconds_total", "Time in which the task was paused.", IntakeCount::paused_us, nullptr, nullptr, microsecond},
    {"backpressure_seconds_total", obstacle_help, IntakeCount::out_of_records_us, "cause", "records", microsecond},
    {"backpressure_seconds_total", obstacle_help, IntakeCount::out_of_bytes_us, "cause", "bytes", microsecond},
    {"backpressure_seconds_total", obstacle_help, IntakeCount::out_of_dependency_us, "cause", "dependency", microsecond},
};

constexpr const char* checks_help = "Ids that the dedup store was asked for, by its answer.";
constexpr Entry<LaneCount> lane_entries[] = {
    {"batches_total", "Batches that went through the line.", LaneCount::batches},
    {"dedup_checks_total", checks_help, LaneCount::claims_new, "result", "new"},
    {"dedup_checks_total", checks_help, LaneCount::claims_done, "result", "duplicate"},
    {"dedup_checks_total", checks_help, LaneCount::claims_held, "result", "held"},
    {"dedup_checks_total", checks_help, LaneCount::claims_lost, "result", "lost"},
    {"dedup_checks_total", checks_help, LaneCount::unchecked, "result", "bypass"},
    {"dedup_commits_unsaved_total", "Delivered ids whose commit has to wait for the dedup store.", LaneCount::commits_unsaved},
    {"source_record_write_total", "Records that the sink confirmed.", LaneCount::written},
    {"source_record_write_bytes_total", "Bytes of the values of these records.", LaneCount::written_bytes},
    {"possible_duplicates_total", "Records tried again though the sink may have them already.", LaneCount::maybe_delivered},
    {"records_skipped_total", "Rejected records that were dropped, because there is no dead letter and errors.tolerance is all.", LaneCount::skipped},
    {"record_retries_exhausted_total", "Records rejected after errors.retry.timeout, or because the source was about to discard them.",
     LaneCount::retries_given_up},
    {"dlq_produce_requests_total", "Records that the dead letter confirmed.", LaneCount::dead_letter_writes},
    {"dlq_produce_failures_total", "Records that the dead letter did not take.", LaneCount::dead_letter_failures},
};

template <class Table, class Counts>
void add_entries(MetricsPage& page, const Labels& labels, const Table& table, const Counts& counts) {
  for (const auto& each : table)
    page.counter(each.name, each.help, each.label ? with(labels, each.label, each.value) : labels, double(counts[each.count]) * each.unit);
}

// Steps that failed: for a while, for this record, or until somebody mends the configuration.
void add_errors(MetricsPage& page, const Labels& labels, const TaskCounts& counts) {
  const auto add = [&](const char* stage, const char* kind, std::uint64_t value) {
    page.counter(
        "record_errors_total",
        "Failures by the step and by what mends them: transient, permanent (of the record), config. Of records; of calls where nothing is known of records.",
        with(with(labels, "stage", stage), "class", kind), double(value));
  };
  add("source", "transient", counts.connection(Dependency::source).failed_calls);
  add("source", "config", counts.connection(Dependency::source).refused_calls);
  add("source", "permanent", counts.intake[IntakeCount::unreadable]);
  add("identify", "permanent", counts.intake[IntakeCount::unidentified]);
  add("decode", "permanent", counts.intake[IntakeCount::undecodable]);
  add("process", "permanent", counts.intake[IntakeCount::guilty]);
  add("dedup", "transient", counts.lanes[LaneCount::put_off_by_dedup]);
  add("dedup", "config", counts.connection(Dependency::dedup).refused_calls);
  add("transform", "transient", counts.lanes[LaneCount::put_off_by_transform]);
  add("transform", "permanent", counts.lanes[LaneCount::rejected_by_transform]);
  add("sink", "transient", counts.lanes[LaneCount::put_off_by_sink]);
  add("sink", "permanent", counts.lanes[LaneCount::rejected_by_sink]);
  add("sink", "config", counts.connection(Dependency::sink).refused_calls);
  add("dead_letter", "transient", counts.lanes[LaneCount::put_off_by_dead_letter]);
  add("dead_letter", "config", counts.connection(Dependency::dead_letter).refused_calls);
  const std::uint64_t rejected = counts.intake[IntakeCount::unreadable] + counts.intake[IntakeCount::undecodable] + counts.intake[IntakeCount::unidentified] +
                                 counts.intake[IntakeCount::guilty] + counts.lanes[LaneCount::rejected_by_transform] +
                                 counts.lanes[LaneCount::rejected_by_sink];
  const std::uint64_t put_off = counts.lanes[LaneCount::put_off_by_dedup] + counts.lanes[LaneCount::put_off_by_transform] +
                                counts.lanes[LaneCount::put_off_by_sink] + counts.lanes[LaneCount::put_off_by_dead_letter];
  page.counter("record_failures_total",
               "Records rejected for good: they are unreadable, cannot be decoded, or have no id or no key, a transform or the sink refused them, or the "
               "process ended with them.",
               labels, double(rejected));
  page.counter("record_retries_total", "Records that have to be tried again.", labels, double(put_off));
}

void add_connections(MetricsPage& page, const Labels& labels, const TaskCounts& counts) {
  constexpr std::pair<Dependency, const char*> names[] = {
      {Dependency::source, "source"}, {Dependency::dedup, "dedup"}, {Dependency::sink, "sink"}, {Dependency::dead_letter, "dead_letter"}};
  for (const auto& [which, name] : names) {
    const middleware::ConnectionCounts& of = counts.connection(which);
    const Labels place = with(labels, "dependency", name);
    constexpr const char* help = "Attempts to open a dependency, by what came of them.";
    page.counter("dependency_connects_total", help, with(place, "result", "success"), double(of.opened));
    page.counter("dependency_connects_total", help, with(place, "result", "failure"), double(of.not_opened));
    page.counter("dependency_connections_lost_total", "Connections that broke.", place, double(of.lost));
    page.counter("dependency_failed_calls_total", "Calls of a dependency that failed.", place, double(of.failed_calls + of.refused_calls));
  }
}

void add_transforms(MetricsPage& page, const Labels& labels, const TaskCounts& counts, const topology::ConnectorConfig& config) {
  constexpr const char* help = "Records that a transform took, by what it made of them.";
  for (std::size_t i = 0; i < counts.transforms.size() && i < config.transforms.size(); ++i) {
    const pipeline::TransformCounts& of = counts.transforms[i];
    const Labels place = with(labels, "transform", config.transforms[i].name);
    page.counter("transform_records_total", help, with(place, "result", "passed"), double(of.passed));
    page.counter("transform_records_total", help, with(place, "result", "filtered"), double(of.filtered));
    page.counter("transform_records_total", help, with(place, "result", "error"), double(of.failed));
    page.histogram("transform_seconds", "Time of a transform's calls; each is for a batch.", place, of.seconds);
  }
}

void add_histograms(MetricsPage& page, const Labels& labels, const TaskCounts& counts) {
  constexpr const char* dedup_help = "Time of calls to the dedup store; each is for a batch.";
  page.histogram("poll_batch_seconds", "Time of polls that brought something, waiting for it included.", labels, counts[TaskHistogram::poll]);
  page.histogram("poll_batch_size_records", "Records that a poll brought.", labels, counts[TaskHistogram::poll_records]);
  page.histogram("dedup_seconds", dedup_help, with(labels, "op", "claim"), counts[TaskHistogram::dedup_claim]);
  page.histogram("dedup_seconds", dedup_help, with(labels, "op", "commit"), counts[TaskHistogram::dedup_commit]);
  page.histogram("dedup_seconds", dedup_help, with(labels, "op", "release"), counts[TaskHistogram::dedup_release]);
  page.histogram("sink_send_seconds", "Time of writes to the sink; each is for a batch.", labels, counts[TaskHistogram::sink_send]);
  page.histogram("end_to_end_seconds", "Time from a record's poll to its acknowledgement.", labels, counts[TaskHistogram::end_to_end]);
  page.histogram("event_age_seconds", "Time from a record's own timestamp to its poll, where it has one; of the first of a poll, for all of it.", labels,
                 counts[TaskHistogram::event_age]);
}

}  // namespace

void TaskMetrics::collect(MetricsPage& page, const ConnectorView& connector, const std::vector<Connector::TaskFigures>& figures) const {
  for (const Connector::TaskFigures& each : figures) {
    const Labels labels = {{"connector", connector.name}, {"task", std::to_string(each.index)}};
    add_entries(page, labels, intake_entries, each.counts.intake);
    add_entries(page, labels, lane_entries, each.counts.lanes);
    page.counter("dedup_commits_forgotten_total", "Delivered ids that were never committed, for want of room.", labels, double(each.counts.commits_forgotten));
    constexpr const char* restarts_help = "Starts of the task after its first, by who wanted it.";
    page.counter("task_restarts_total", restarts_help, with(labels, "reason", "failure"), double(each.counts.supervised_restarts));
    page.counter("task_restarts_total", restarts_help, with(labels, "reason", "request"), double(each.counts.requested_restarts));
    add_errors(page, labels, each.counts);
    add_connections(page, labels, each.counts);
    add_transforms(page, labels, each.counts, *connector.config);
    add_histograms(page, labels, each.counts);
    add_gauges(page, labels, each.gauges);
  }
}

void TaskMetrics::add_gauges(MetricsPage& page, const Labels& labels, const pipeline::TaskGauges& gauges) const {
  page.gauge("source_record_active", "Records in flight.", labels, double(gauges.in_flight));
  page.gauge("source_record_active_bytes", "Memory that records in flight hold.", labels, double(gauges.in_flight_bytes));
  page.gauge("source_window_records", "Maximum of unsettled records at present: slow start and the measured rate bound it.", labels, double(gauges.window));
  page.gauge("source_deliveries_max", "Highest delivery count of a record within the last ten minutes, where the source counts.", labels,
             double(gauges.deliveries.highest));
  page.gauge("source_delivery_limit", "Delivery count after which the source discards a record; 0: none, or not known.", labels,
             double(gauges.deliveries.limit));
  page.gauge("records_retrying", "Records that failed by themselves and wait for another attempt.", labels, double(gauges.retrying));
  page.gauge("records_retrying_since_timestamp_seconds", "First failure of the oldest of these records; 0: there is none.", labels,
             unix_seconds(world_, gauges.retrying_since));
  page.gauge("task_needs_operator", "1 while the task has FAILED and is not restarted by itself, because a record has few deliveries left.", labels,
             gauges.needs_operator ? 1 : 0);
  page.gauge("dedup_unsaved_commits", "Delivered ids that wait to be committed now.", labels, double(gauges.unsaved_commits));
  page.gauge("task_heartbeat_timestamp_seconds", "When the task's intake thread last went round, which is once a second at least.", labels,
             unix_seconds(world_, gauges.last_turn));
  page.gauge("last_record_timestamp_seconds", "When the source last handed something out; 0: not yet.", labels, unix_seconds(world_, gauges.last_received));
  page.gauge("last_error_timestamp_seconds", "When a step last failed; 0: never.", labels, unix_seconds(world_, gauges.last_error));
}

}  // namespace connector_host::runtime
