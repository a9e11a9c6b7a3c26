#pragma once
// StatusLog: tells the log what changed in the status of tasks: states, dependencies that went or came back, and why.
//
// A dependency that stays away for one reason, or comes and goes, is mentioned every half minute, not at every attempt. One
// thread's.
#include <map>
#include <string>
#include <vector>

#include "host/runtime/connector_view.hpp"

namespace connector_host::runtime {

class StatusLog {
 public:
  explicit StatusLog(HostServices& services) : services_(services) {}

  // All that there are now; what is known of others is forgotten.
  void look(const std::vector<ConnectorView>& connectors);

 private:
  struct Seen {
    bool told_up = false;
    std::string error;  // the latest that was told; empty: none
    world::Time said{};
  };
  void look_at_state(const std::string& name, const observability::LogPlace& place, const TaskView& task, const std::string& before);
  void look_at_dependency(const observability::LogPlace& place, const pipeline::DependencyStatus& dependency, Seen& seen);

  HostServices& services_;
  std::map<std::string, std::string> states_;
  std::map<std::string, Seen> dependencies_;
};

}  // namespace connector_host::runtime
