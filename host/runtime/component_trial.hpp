#pragma once
// ComponentTrial: what only a plugin can judge of its options: an instance of each component of a connector is made, which
// reaches no server (abi.h), and goes again. One thread.
#include <cstdint>
#include <string>
#include <vector>

#include "host/plugin/instance.hpp"
#include "host/runtime/host_services.hpp"
#include "host/topology/problem.hpp"

namespace connector_host::runtime {

class ComponentTrial {
 public:
  explicit ComponentTrial(HostServices& services) : services_(services) {}

  // Adds what the plugins refuse, at the place of the option that their words begin with ("option 'url': ..."), else at
  // that of the component.
  void look_at(const topology::ConnectorConfig& config);
  const std::vector<topology::Problem>& problems() const { return problems_; }
  // Lines for people: what works, but perhaps not as the user thinks.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void look_at(const topology::ConnectorConfig& connector, const topology::ComponentConfig& config, std::uint32_t kind, const char* role);
  void ask_for_order(plugin::Instance& instance, const topology::ComponentConfig& config);
  void add(const topology::ComponentConfig& config, std::string why);

  HostServices& services_;
  std::vector<topology::Problem> problems_;
  std::vector<std::string> warnings_;
};

}  // namespace connector_host::runtime
