#include "host/runtime/connector.hpp"

#include <exception>
#include <utility>

#include "host/runtime/task_mapping.hpp"

namespace connector_host::runtime {

namespace {

constexpr const char* wishes = "connectors";  // of no instance: theirs have a slash

}  // namespace

Connector::Connector(HostServices& services, topology::ConnectorConfig config, std::function<void()> changed)
    : services_(services), config_(std::move(config)), breakers_(services.world, breaker_settings(config_)) {
  for (std::uint32_t i = 0; i < config_.tasks; ++i) tasks_.push_back(std::make_unique<RunningTask>(services, config_, i, breakers_, changed));
}

void Connector::start() {
  if (services_.state_dir.get(wishes, name()) == "PAUSED") {
    services_.log(LogLevel::info, "connector", name() + " was paused, and still is: resume it over REST");
    paused_.store(true, std::memory_order_release);
    for (const auto& each : tasks_) each->task().pause();
  }
  for (const auto& each : tasks_) each->task().start();
}

void Connector::pause() {
  std::lock_guard lock(mutex_);
  paused_.store(true, std::memory_order_release);
  keep_wish();
  for (const auto& each : tasks_) each->task().pause();
}

void Connector::resume() {
  std::lock_guard lock(mutex_);
  paused_.store(false, std::memory_order_release);
  keep_wish();
  for (const auto& each : tasks_) each->task().resume();
}

void Connector::keep_wish() {
  try {
    services_.state_dir.put(wishes, name(), paused() ? "PAUSED" : "RUNNING");
  } catch (const std::exception& error) {
    services_.log(LogLevel::warn, "connector", name() + ": whether it is paused is forgotten at a restart: " + error.what());
  }
}

void Connector::stop() {
  for (const auto& each : tasks_) each->stop();
}

void Connector::join() {
  for (const auto& each : tasks_) each->task().join();
}

}  // namespace connector_host::runtime
