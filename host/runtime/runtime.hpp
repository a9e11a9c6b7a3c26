#pragma once
// Runtime: the connectors of one process, from start to the end of the last task.
//
// It decides nothing about records. run_until_over() is the main thread's; request_stop and status are thread-safe.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "host/runtime/connector.hpp"
#include "host/runtime/status_log.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

struct TaskReport {
  std::string connector;
  std::uint32_t task = 0;
  pipeline::TaskStatus status;
};

class Runtime {
 public:
  // Makes the connectors. Throws std::runtime_error naming the component that refused.
  Runtime(HostServices& services, const topology::TopologyConfig& config);
  ~Runtime();

  void start();
  // Every task drains and ends. May be called from any thread.
  void request_stop();
  // Returns when every task is over. True when none of them failed.
  bool run_until_over();

  std::vector<TaskReport> status() const;
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  const std::vector<std::unique_ptr<Connector>>& connectors() const { return connectors_; }

 private:
  bool over() const;
  void log_changes();

  HostServices& services_;
  std::unique_ptr<world::Gate> gate_;
  StatusLog status_log_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::unique_ptr<Connector>> connectors_;
};

}  // namespace connector_host::runtime
