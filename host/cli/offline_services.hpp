#pragma once
// OfflineServices: what a command lends to plugin instances that it makes outside of a run: no state, no log, the plugins
// of a topology. Thread rules are those of HostServices; it outlives the instances.
#include "host/observability/scrubber.hpp"
#include "host/runtime/catalog_adapter.hpp"
#include "host/runtime/host_services.hpp"
#include "host/world/real_world.hpp"

namespace connector_host::cli {

class OfflineServices {
 public:
  explicit OfflineServices(runtime::CatalogAdapter& components)
      : services_{world_,
                  state_dir_,
                  scrubber_,
                  [](auto, const auto&, const auto&, const auto&) {},
                  [&components](std::uint32_t kind, const std::string& type) { return components.find(kind, type); },
                  [](const auto&, const auto&, auto) { return topology::LoadedConnector{}; }} {}
  OfflineServices(const OfflineServices&) = delete;
  OfflineServices& operator=(const OfflineServices&) = delete;

  runtime::HostServices& services() { return services_; }

 private:
  world::RealWorld world_;
  runtime::StateDir state_dir_{""};
  observability::Scrubber scrubber_;
  runtime::HostServices services_;
};

}  // namespace connector_host::cli
