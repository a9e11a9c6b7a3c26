#include "host/runtime/component_trial.hpp"

#include <stdexcept>

#include "host/runtime/instance_host.hpp"
#include "host/runtime/task_mapping.hpp"
#include "host/topology/problem_code.hpp"

namespace connector_host::runtime {

void ComponentTrial::look_at(const topology::ConnectorConfig& config) {
  look_at(config, config.source, CONNECTOR_SOURCE, "source");
  if (config.dedup) look_at(config, config.dedup->component, CONNECTOR_DEDUP, "dedup");
  for (const topology::ComponentConfig& each : config.transforms) look_at(config, each, CONNECTOR_TRANSFORM, "transform");
  look_at(config, config.sink, CONNECTOR_SINK, "sink");
  if (config.dead_letter) look_at(config, *config.dead_letter, CONNECTOR_SINK, "dead_letter");
}

void ComponentTrial::look_at(const topology::ConnectorConfig& connector, const topology::ComponentConfig& config, std::uint32_t kind, const char* role) {
  const connector_component* component = services_.find_component(kind, config.type);
  if (!component) return add(config, "no plugin provides '" + config.type + "' any more");
  const InstanceHost host(services_, *component, InstancePlace{connector.name, 0, role, {}}, config);
  try {
    plugin::Instance instance(*component, host.api(), config.json);
    if (asks_for_order(connector, role)) ask_for_order(instance, config);
  } catch (const std::runtime_error& error) {
    add(config, services_.scrubber.scrub(error.what()));
  }
}

void ComponentTrial::ask_for_order(plugin::Instance& instance, const topology::ComponentConfig& config) {
  std::string condition;
  const plugin::CallResult result = instance.keep_order(condition);
  if (!result.ok()) return add(config, services_.scrubber.scrub(result.message));
  if (condition.empty()) return;
  const std::string place = config.place.file + ":" + std::to_string(config.place.line) + ":" + std::to_string(config.place.column);
  warnings_.push_back(place + ": warning: " + config.path + ": ordering: queue: " + services_.scrubber.scrub(condition));
}

void ComponentTrial::add(const topology::ComponentConfig& config, std::string why) {
  topology::Problem problem{config.place,
                            std::string(topology::code::plugin_refusal.id),
                            config.path,
                            {},
                            "'connector-host plugin describe " + config.type + "' tells what each option takes"};
  constexpr std::string_view begin = "option '", end = "'";
  const std::size_t name_end = why.starts_with(begin) ? why.find(end, begin.size()) : std::string::npos;
  if (name_end != std::string::npos) {
    const std::string option = why.substr(begin.size(), name_end - begin.size());
    if (const auto written = config.places.find(option); written != config.places.end()) {
      problem.place = written->second;
      problem.path += "." + option;
      why.erase(0, why.find_first_not_of(": ", name_end + end.size()));
    }
  }
  problem.what = std::move(why);
  problems_.push_back(std::move(problem));
}

}  // namespace connector_host::runtime
