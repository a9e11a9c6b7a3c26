#include "host/runtime/runtime.hpp"

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
constexpr auto look_again = 5s;

}  // namespace

Runtime::Runtime(HostServices& services, const topology::TopologyConfig& config)
    : services_(services), gate_(services.world.make_gate()), status_log_(services) {
  for (const topology::ConnectorConfig& each : config.connectors) {
    connectors_.push_back(std::make_unique<Connector>(services, each, [this] { gate_->open(); }));
  }
}

Runtime::~Runtime() {
  request_stop();
  for (const auto& each : connectors_) each->join();
}

void Runtime::start() {
  for (const auto& each : connectors_) each->start();
}

void Runtime::request_stop() {
  stopping_.store(true, std::memory_order_release);
  for (const auto& each : connectors_) each->stop();
  gate_->open();
}

bool Runtime::run_until_over() {
  while (!over()) {
    log_changes();
    gate_->wait_until(services_.world.now() + look_again);
  }
  for (const auto& each : connectors_) each->join();
  log_changes();
  for (const TaskReport& each : status()) {
    if (each.status.state == pipeline::TaskState::failed) return false;
  }
  return true;
}

bool Runtime::over() const {
  for (const TaskReport& each : status()) {
    if (!each.status.over) return false;
  }
  return true;
}

void Runtime::log_changes() {
  for (const TaskReport& each : status()) status_log_.look(each.connector, each.task, each.status);
}

std::vector<TaskReport> Runtime::status() const {
  std::vector<TaskReport> all;
  for (const auto& connector : connectors_) {
    for (const auto& task : connector->tasks()) all.push_back({connector->name(), task->index(), task->status()});
  }
  return all;
}

}  // namespace connector_host::runtime
