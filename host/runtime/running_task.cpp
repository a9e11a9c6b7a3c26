#include "host/runtime/running_task.hpp"

#include <stdexcept>

#include "host/runtime/task_mapping.hpp"

namespace connector_host::runtime {
namespace {

// Notes in the state directory; plugin instances have a '/' in their names there.
constexpr std::string_view suspects_instance = "suspects", deliveries_instance = "deliveries", commits_instance = "unsaved-commits";

}  // namespace

ConnectorShared::ConnectorShared(world::World& world, const topology::ConnectorConfig& config)
    : source(world, breaker_settings(config)),
      sink(world, breaker_settings(config)),
      dedup(world, breaker_settings(config)),
      dead_letter(world, breaker_settings(config)),
      flood_guard(config.max_rejected) {}

RunningTask::RunningTask(HostServices& services, const topology::ConnectorConfig& config, std::uint32_t index, ConnectorShared& shared, bool by_operator,
                         std::function<void()> changed)
    : services_(services), connector_(config.name), index_(index), log_limit_({}, [&world = services.world] { return world.now(); }) {
  pipeline::TaskSettings settings = task_settings(config, index, services.state_dir.worker_id());
  settings.started_by_operator = by_operator;
  source_ = make<plugin::SourceHandle>(config.source, CONNECTOR_SOURCE, "source");
  sink_ = make<plugin::SinkHandle>(config.sink, CONNECTOR_SINK, "sink");
  ask_for_order(config, *source_, config.source, "source");
  ask_for_order(config, *sink_, config.sink, "sink");
  if (config.dedup) dedup_ = make<plugin::DedupHandle>(config.dedup->component, CONNECTOR_DEDUP, "dedup");
  if (config.dead_letter) dead_letter_ = make<plugin::SinkHandle>(*config.dead_letter, CONNECTOR_SINK, "dead_letter");
  make_transforms(config, settings.workers);
  pipeline::TaskParts parts{*source_, shared.source, *sink_, shared.sink, dedup_.get(), &shared.dedup, dead_letter_.get(), &shared.dead_letter, {}};
  for (const auto& lane : transforms_) {
    auto& handles = parts.transforms.emplace_back();
    for (const auto& handle : lane) handles.push_back(handle.get());
  }
  parts.suspects = note(suspects_instance);
  parts.spent_deliveries = note(deliveries_instance);
  parts.unsaved_commits = note(commits_instance);
  parts.flood_guard = &shared.flood_guard;
  parts.tracer = services.tracer;
  parts.scrub = [&services](std::string_view text) { return services.scrubber.scrub(text); };
  parts.set_aside = [this](const pipeline::Entry& entry) { log_set_aside(entry); };
  task_ = std::make_unique<pipeline::Task>(settings, services.world, parts, std::move(changed));
}

// In the state directory; without one nothing outlives the process, which was logged at the start.
pipeline::Note RunningTask::note(std::string_view instance) {
  const std::string name = connector_ + "/" + std::to_string(index_);
  pipeline::Note note;
  note.read = [this, instance, name] { return services_.state_dir.get(instance, name).value_or(""); };
  note.write = [this, instance, name](const std::string& text) {
    if (!services_.state_dir.usable()) return;
    try {
      text.empty() ? services_.state_dir.erase(instance, name) : services_.state_dir.put(instance, name, text);
    } catch (const std::exception& error) {
      services_.log(LogLevel::warn, "task", {connector_, index_, {}}, "cannot write the note '" + std::string(instance) + "': " + error.what());
    }
  };
  return note;
}

// Never what is in the record, and not one line for each: the first few of a reason, and how many more there were.
void RunningTask::log_set_aside(const pipeline::Entry& entry) {
  const bool dropped = !dead_letter_;
  const auto answer = log_limit_.ask(observability::kind_of_line(std::string(entry.failed_at) + entry.reason));
  if (!answer.write) return;
  const std::string what = std::string("a record was ") + (dropped ? "dropped" : "dead-lettered") + " (" + entry.failed_at + "): " + entry.reason;
  services_.log(LogLevel::warn, "task", {connector_, index_, entry.trace ? tracing::hex(entry.trace->receive.trace_id) : std::string()},
                observability::with_held_back(what, answer.held_back));
}

template <class Handle>
std::unique_ptr<Handle> RunningTask::make(const topology::ComponentConfig& config, std::uint32_t kind, const std::string& role, const std::string& lane) {
  const connector_component* component = services_.find_component(kind, config.type);
  if (!component) throw std::runtime_error(config.path + ": no plugin provides '" + config.type + "' any more");
  auto host = std::make_unique<InstanceHost>(services_, *component, InstancePlace{connector_, index_, role, lane}, config);
  try {
    auto made = std::make_unique<Handle>(*component, host->api(), config.json);
    hosts_.push_back(std::move(host));
    return made;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(config.path + ": " + services_.scrubber.scrub(error.what()));
  }
}

void RunningTask::ask_for_order(const topology::ConnectorConfig& config, plugin::Instance& instance, const topology::ComponentConfig& component,
                                const char* role) {
  if (!asks_for_order(config, role)) return;
  std::string condition;
  const plugin::CallResult result = instance.keep_order(condition);
  if (!result.ok()) throw std::runtime_error(component.path + ": ordering: queue: " + services_.scrubber.scrub(result.message));
  if (!condition.empty()) services_.log(LogLevel::warn, "task", {connector_, index_, {}}, component.path + ": ordering: queue: " + condition);
}

void RunningTask::make_transforms(const topology::ConnectorConfig& config, std::uint32_t lanes) {
  if (config.transforms.empty()) return;
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    auto& handles = transforms_.emplace_back();
    for (std::size_t i = 0; i < config.transforms.size(); ++i) {
      handles.push_back(make<plugin::TransformHandle>(config.transforms[i], CONNECTOR_TRANSFORM, "transform", std::to_string(lane) + "." + std::to_string(i)));
    }
  }
}

pipeline::TaskStatus RunningTask::status() const {
  const observability::Scrubber& scrubber = services_.scrubber;
  pipeline::TaskStatus status = task_->status();
  status.failure = scrubber.scrub(status.failure);
  status.retries.reason = scrubber.scrub(status.retries.reason);
  for (pipeline::DependencyStatus& each : status.dependencies) {
    each.last_error = scrubber.scrub(each.last_error);
    each.breaker.last_error = scrubber.scrub(each.breaker.last_error);
  }
  return status;
}

void RunningTask::stop() {
  for (const auto& host : hosts_) host->stopping();
  task_->stop();
}

}  // namespace connector_host::runtime
