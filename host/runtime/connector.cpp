#include "host/runtime/connector.hpp"

#include <utility>

#include "host/runtime/task_mapping.hpp"

namespace connector_host::runtime {

Connector::Connector(HostServices& services, topology::ConnectorConfig config, std::function<void()> changed)
    : config_(std::move(config)), breakers_(services.world, breaker_settings(config_)) {
  for (std::uint32_t i = 0; i < config_.tasks; ++i) tasks_.push_back(std::make_unique<RunningTask>(services, config_, i, breakers_, changed));
}

void Connector::start() {
  for (const auto& each : tasks_) each->task().start();
}

void Connector::stop() {
  for (const auto& each : tasks_) each->stop();
}

void Connector::join() {
  for (const auto& each : tasks_) each->task().join();
}

}  // namespace connector_host::runtime
