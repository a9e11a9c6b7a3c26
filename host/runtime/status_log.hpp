#pragma once
// StatusLog: tells the log what changed in the status of tasks: states, dependencies that went or came back, and why.
//
// A dependency that stays away is mentioned again every half minute, not at every attempt. One thread's.
#include <map>
#include <string>

#include "host/pipeline/task.hpp"
#include "host/runtime/host_services.hpp"

namespace connector_host::runtime {

class StatusLog {
 public:
  explicit StatusLog(HostServices& services) : services_(services) {}

  void look(const std::string& connector, std::uint32_t task, const pipeline::TaskStatus& status);

 private:
  struct Seen {
    bool known = false, up = false;
    std::string error;
    world::Time said{};
  };
  void look_at_state(const std::string& name, const pipeline::TaskStatus& status);
  void look_at_dependency(const std::string& name, const pipeline::DependencyStatus& dependency);

  HostServices& services_;
  std::map<std::string, std::string> states_;
  std::map<std::string, Seen> dependencies_;
};

}  // namespace connector_host::runtime
