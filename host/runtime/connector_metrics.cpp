#include "host/runtime/connector_metrics.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "host/runtime/connector_state.hpp"

namespace connector_host::runtime {
namespace {

using observability::Family;
using observability::Labels;

// 1 for the word that is, 0 for the others.
template <class Words>
void add_word(MetricsPage& page, const char* name, const char* help, const Labels& labels, const char* label, const Words& words, std::string_view is) {
  for (const char* each : words) page.gauge(name, help, with(labels, label, each), each == is ? 1 : 0);
}

void add_connector(MetricsPage& page, const ConnectorView& view) {
  const Labels labels = {{"connector", view.name}};
  add_word(page, "connector_state", "1 for the state that the connector is in, in Kafka Connect's words.", labels, "state", connector_states, state_of(view));
  add_word(page, "connector_health", "1 for the health that the connector is in.", labels, "health", healths, health_of(view));
  for (const char* each : connect_task_states) {
    const auto is_in = [&](const TaskView& task) { return std::string_view(state_of(task)) == each; };
    page.gauge("connector_tasks", "Tasks of the connector by their state, in Kafka Connect's words.", with(labels, "state", each),
               double(std::count_if(view.tasks.begin(), view.tasks.end(), is_in)));
  }
}

void add_task(MetricsPage& page, const TaskView& task, const Labels& labels) {
  std::vector<const char*> states;
  for (const pipeline::TaskState each : pipeline::all_task_states) states.push_back(name_of(each));
  add_word(page, "task_state", "1 for the state that the task is in.", labels, "state", states, name_of(task.status.state));
  page.gauge("task_stalled", "1 when there is something to do, nothing was settled for a minute, and no dependency is known to be the reason.", labels,
             task.stalled.empty() ? 0 : 1);
  for (const pipeline::DependencyStatus& each : task.status.dependencies) {
    const Labels of = with(labels, "dependency", each.name);
    page.gauge("dependency_up", "1 when the task can use this dependency.", of, each.up ? 1 : 0);
    const auto state = each.breaker.state;
    page.gauge("breaker_state", "0 closed, 1 half open, 2 open.", of,
               state == middleware::BreakerState::closed      ? 0
               : state == middleware::BreakerState::half_open ? 1
                                                              : 2);
    page.counter("breaker_openings_total", "How often the breaker opened.", of, double(each.breaker.openings));
  }
}

}  // namespace

ConnectorMetrics::ConnectorMetrics(const Runtime& runtime, world::World& world, const topology::MetricsConfig& config, observability::MetricsRegistry& registry)
    : runtime_(runtime), task_metrics_(world) {
  if (config.compat == "kafka-connect") kafka_connect_.emplace(world);
  registration_ = registry.register_source([this](std::vector<Family>& families) { collect(families); });
}

void ConnectorMetrics::collect(std::vector<Family>& families) {
  const auto connectors = runtime_.connectors().all();
  std::vector<ConnectorReading> readings;
  MetricsPage page(families);
  for (const auto& connector : connectors) {
    const ConnectorReading& reading = readings.emplace_back(ConnectorReading{connector->view(), connector->figures()});
    add_connector(page, reading.view);
    for (const TaskView& each : reading.view.tasks) add_task(page, each, {{"connector", reading.view.name}, {"task", std::to_string(each.index)}});
    task_metrics_.collect(page, reading.view, reading.figures);
  }
  for (const auto& connector : connectors) {
    connector->each_task([&](const RunningTask& running) {
      for (const auto& host : running.instance_hosts()) host->metrics().collect(families);
    });
  }
  if (kafka_connect_) kafka_connect_->collect(families, readings);
}

}  // namespace connector_host::runtime
