#pragma once
// Connector: a configured instance: its tasks, and the breakers that they share.
//
// Thread-safe but for construction and destruction, which are the owner's (Runtime).
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
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
  // Paused until resume, also by the next process: the wish is kept in state_dir where that can be written. What is in hand
  // finishes first. Both are idempotent.
  void pause();
  void resume();
  bool paused() const { return paused_.load(std::memory_order_acquire); }
  void stop();
  // Returns when all tasks are over.
  void join();
  const std::string& name() const { return config_.name; }
  const topology::ConnectorConfig& config() const { return config_; }
  const std::vector<std::unique_ptr<RunningTask>>& tasks() const { return tasks_; }

 private:
  void keep_wish();

  HostServices& services_;
  const topology::ConnectorConfig config_;
  ConnectorBreakers breakers_;
  std::mutex mutex_;  // one wish at a time
  std::atomic<bool> paused_ = false;
  std::vector<std::unique_ptr<RunningTask>> tasks_;
};

}  // namespace connector_host::runtime
