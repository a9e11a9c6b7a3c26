#pragma once
// RunningTask: one task with the plugin instances it works with, in the order in which they must be made and go.
//
// Its owner, a Connector, keeps what its tasks share. Thread rules are the task's.
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/pipeline/task.hpp"
#include "host/runtime/host_services.hpp"
#include "host/runtime/instance_host.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

// What the tasks of a connector share, one after another as well: a breaker for each dependency, and the flood guard.
struct ConnectorShared {
  ConnectorShared(world::World& world, const topology::ConnectorConfig& config);

  middleware::Breaker source, sink, dedup, dead_letter;
  middleware::FloodGuard flood_guard;
};

class RunningTask {
 public:
  // Throws std::runtime_error naming the component when a plugin is missing or refuses its configuration.
  // by_operator: somebody asked for this start; see pipeline::DeliveryBudget.
  RunningTask(HostServices& services, const topology::ConnectorConfig& config, std::uint32_t index, ConnectorShared& shared, bool by_operator,
              std::function<void()> changed);

  pipeline::Task& task() { return *task_; }
  const pipeline::Task& task() const { return *task_; }
  // Without any secret of any of its plugins.
  pipeline::TaskStatus status() const;
  void stop();
  const std::vector<std::unique_ptr<InstanceHost>>& instance_hosts() const { return hosts_; }

 private:
  pipeline::Note note(std::string_view instance);
  void log_set_aside(const pipeline::Entry& entry);
  template <class Handle>
  std::unique_ptr<Handle> make(const topology::ComponentConfig& config, std::uint32_t kind, const std::string& role, const std::string& lane = {});
  // Throws where it cannot keep the order that the connector wants.
  void ask_for_order(const topology::ConnectorConfig& config, plugin::Instance& instance, const topology::ComponentConfig& component, const char* role);
  void make_transforms(const topology::ConnectorConfig& config, std::uint32_t lanes);

  HostServices& services_;
  const std::string connector_;
  const std::uint32_t index_;
  observability::RateLimit log_limit_;
  std::vector<std::unique_ptr<InstanceHost>> hosts_;
  std::unique_ptr<plugin::SourceHandle> source_;
  std::unique_ptr<plugin::SinkHandle> sink_, dead_letter_;
  std::unique_ptr<plugin::DedupHandle> dedup_;
  std::vector<std::vector<std::unique_ptr<plugin::TransformHandle>>> transforms_;
  std::unique_ptr<pipeline::Task> task_;  // last: it uses the instances
};

}  // namespace connector_host::runtime
