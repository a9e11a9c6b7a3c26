#pragma once
// Connector: a configured instance: its tasks, and the breakers that they share.
//
// Thread-safe but for construction and destruction, which are the owner's (Runtime).
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/runtime/running_task.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

class Connector {
 public:
  // Makes every instance, and reaches no network. Throws std::runtime_error as RunningTask does.
  Connector(HostServices& services, topology::ConnectorConfig config, std::function<void()> changed);

  void start();
  void stop();
  // Returns when all tasks are over.
  void join();
  const std::string& name() const { return config_.name; }
  const topology::ConnectorConfig& config() const { return config_; }
  const std::vector<std::unique_ptr<RunningTask>>& tasks() const { return tasks_; }

 private:
  const topology::ConnectorConfig config_;
  ConnectorBreakers breakers_;
  std::vector<std::unique_ptr<RunningTask>> tasks_;
};

}  // namespace connector_host::runtime
