#include "host/runtime/task_metrics.hpp"

#include <functional>
#include <string>

namespace connector_host::runtime {
namespace {

using observability::Family;
using observability::Labels;
using observability::MetricKind;
using pipeline::Counter;
using pipeline::IntakeCounters;
using pipeline::LaneCounters;

struct IntakeMetric {
  const char* name;
  const char* help;
  MetricKind kind;
  Counter IntakeCounters::* counter;
};
constexpr IntakeMetric intake_metrics[] = {
    {"source_record_poll_total", "Records that the source handed out.", MetricKind::counter, &IntakeCounters::received},
    {"source_record_poll_bytes_total", "Bytes of the values of these records.", MetricKind::counter, &IntakeCounters::received_bytes},
    {"source_record_redelivered_total", "Records that the source knows it handed out before.", MetricKind::counter, &IntakeCounters::redelivered},
    {"source_record_joined_total", "Records whose id was in hand already; they took its outcome.", MetricKind::counter, &IntakeCounters::joined},
    {"records_delivered_total", "Records settled as delivered to the sink.", MetricKind::counter, &IntakeCounters::delivered},
    {"records_duplicate_total", "Records settled without being written, because their id was done or in hand.", MetricKind::counter,
     &IntakeCounters::duplicate},
    {"records_dead_lettered_total", "Records settled by a confirmed dead letter.", MetricKind::counter, &IntakeCounters::dead_lettered},
    {"records_dropped_total", "Records settled by a transform's or the user's wish to drop them.", MetricKind::counter, &IntakeCounters::dropped},
    {"records_returned_total", "Records given back to the source.", MetricKind::counter, &IntakeCounters::returned},
    {"source_record_active", "Records in flight.", MetricKind::gauge, &IntakeCounters::in_flight},
    {"source_record_active_bytes", "Memory that records in flight hold.", MetricKind::gauge, &IntakeCounters::in_flight_bytes},
    {"source_polls_total", "Calls of poll.", MetricKind::counter, &IntakeCounters::polls},
    {"source_ack_calls_total", "Calls of ack; each is for everything settled since the last.", MetricKind::counter, &IntakeCounters::acks},
    {"source_errors_total", "Calls of the source that failed.", MetricKind::counter, &IntakeCounters::source_errors},
};

struct LaneMetric {
  const char* name;
  const char* help;
  Counter LaneCounters::* counter;
  const char* label = nullptr;
  const char* value = nullptr;
};
constexpr const char* dedup_help = "Ids that the dedup store was asked for, by its answer.";
constexpr LaneMetric lane_metrics[] = {
    {"batches_total", "Batches that went through the line.", &LaneCounters::batches},
    {"dedup_checks_total", dedup_help, &LaneCounters::claims_new, "result", "new"},
    {"dedup_checks_total", dedup_help, &LaneCounters::claims_done, "result", "duplicate"},
    {"dedup_checks_total", dedup_help, &LaneCounters::claims_held, "result", "held"},
    {"dedup_checks_total", dedup_help, &LaneCounters::claims_lost, "result", "lost"},
    {"dedup_checks_total", dedup_help, &LaneCounters::unchecked, "result", "bypass"},
    {"dedup_commits_unsaved_total", "Delivered ids whose commit has to wait for the dedup store.", &LaneCounters::commits_unsaved},
    {"source_record_write_total", "Records that the sink confirmed.", &LaneCounters::written},
    {"record_failures_total", "Records rejected by a transform or the sink.", &LaneCounters::rejected},
    {"record_retries_total", "Records that have to be tried again.", &LaneCounters::retries},
    {"possible_duplicates_total", "Records tried again though the sink may have them already.", &LaneCounters::maybe_delivered},
    {"dlq_produce_requests_total", "Records that the dead letter confirmed.", &LaneCounters::dead_letter_writes},
    {"dlq_produce_failures_total", "Records that the dead letter did not take.", &LaneCounters::dead_letter_failures},
};

// Families by name, in the order of their first sample.
class Page {
 public:
  explicit Page(std::vector<Family>& families) : families_(families), first_(families.size()) {}

  void add(const char* name, const char* help, MetricKind kind, Labels labels, double value) {
    std::size_t at = first_;
    while (at < families_.size() && families_[at].name != name) ++at;
    if (at == families_.size()) families_.push_back({name, help, kind, {}});
    families_[at].samples.push_back({std::move(labels), value, {}, 0, 0});
  }

 private:
  std::vector<Family>& families_;
  const std::size_t first_;
};

Labels with(Labels labels, const char* name, const std::string& value) {
  labels.emplace_back(name, value);
  return labels;
}

void add_counters(Page& page, const pipeline::Task& task, const Labels& labels) {
  for (const IntakeMetric& each : intake_metrics) page.add(each.name, each.help, each.kind, labels, double((task.intake_counters().*each.counter).value()));
  for (const LaneMetric& each : lane_metrics) {
    std::uint64_t sum = 0;
    for (const LaneCounters* lane : task.lane_counters()) sum += (lane->*each.counter).value();
    page.add(each.name, each.help, MetricKind::counter, each.label ? with(labels, each.label, each.value) : labels, double(sum));
  }
  page.add("dedup_unsaved_commits", "Delivered ids that wait to be committed now.", MetricKind::gauge, labels, double(task.unsaved_commits().size()));
  page.add("dedup_commits_forgotten_total", "Delivered ids that were never committed, for want of room.", MetricKind::counter, labels,
           double(task.unsaved_commits().forgotten()));
}

void add_status(Page& page, const pipeline::TaskStatus& status, const Labels& labels) {
  using pipeline::TaskState;
  for (const TaskState state :
       {TaskState::starting, TaskState::running, TaskState::holding, TaskState::paused, TaskState::failed, TaskState::ended, TaskState::stopped}) {
    page.add("task_state", "1 for the state that the task is in.", MetricKind::gauge, with(labels, "state", name_of(state)), status.state == state ? 1 : 0);
  }
  for (const pipeline::DependencyStatus& each : status.dependencies) {
    const Labels of = with(labels, "dependency", each.name);
    page.add("dependency_up", "1 when the task can use this dependency.", MetricKind::gauge, of, each.up ? 1 : 0);
    const auto state = each.breaker.state;
    const double number = state == middleware::BreakerState::closed ? 0 : state == middleware::BreakerState::half_open ? 1 : 2;
    page.add("breaker_state", "0 closed, 1 half open, 2 open.", MetricKind::gauge, of, number);
    page.add("breaker_openings_total", "How often the breaker opened.", MetricKind::counter, of, double(each.breaker.openings));
  }
}

}  // namespace

TaskMetrics::TaskMetrics(const Runtime& runtime, observability::MetricsRegistry& registry)
    : runtime_(runtime), registration_(registry.register_source([this](std::vector<Family>& families) { collect(families); })) {}

void TaskMetrics::collect(std::vector<Family>& families) const {
  const auto connectors = runtime_.connectors().all();
  Page page(families);
  for (const auto& connector : connectors) {
    connector->each_task([&](const RunningTask& running) {
      const Labels labels = {{"connector", connector->name()}, {"task", std::to_string(running.index())}};
      add_counters(page, running.task(), labels);
      add_status(page, running.status(), labels);
    });
  }
  for (const auto& connector : connectors) {
    connector->each_task([&](const RunningTask& running) {
      for (const auto& host : running.instance_hosts()) host->metrics().collect(families);
    });
  }
}

}  // namespace connector_host::runtime
