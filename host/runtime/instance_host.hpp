#pragma once
// InstanceHost: the host as one plugin instance sees it: its log, its metrics, its state, its files. Owns the connector_host_api that
// is lent to the instance, so it outlives the instance; the instance's secrets are scrubbed as long as it lives. Thread-safe, as the boundary asks.
#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"
#include "host/files/file_access.hpp"
#include "host/observability/plugin_metrics.hpp"
#include "host/observability/rate_limit.hpp"
#include "host/runtime/host_services.hpp"

namespace connector_host::runtime {

// Where an instance stands: in logs ("connector/task"), in states, and in the labels of its metrics.
struct InstancePlace {
  std::string connector;
  std::uint32_t task = 0;
  std::string role;  // source, sink, dedup, dead_letter or transform
  std::string lane;  // of a transform: lane and place in the chain; else empty
};

class InstanceHost {
 public:
  // Whose the states of an instance are in the state directory.
  static std::string state_owner(const InstancePlace& place);

  InstanceHost(HostServices& services, const connector_component& component, const InstancePlace& place, const topology::ComponentConfig& config);
  ~InstanceHost();
  InstanceHost(const InstanceHost&) = delete;
  InstanceHost& operator=(const InstanceHost&) = delete;

  const connector_host_api& api() const { return api_; }
  const observability::PluginMetrics& metrics() const { return metrics_; }
  void stopping() { stopping_.store(true, std::memory_order_release); }

 private:
  static InstanceHost& of(void* self) { return *static_cast<InstanceHost*>(self); }
  void log(std::int32_t level, std::string_view message) noexcept;
  connector_code state_get(std::string_view name, void (*with)(void*, connector_view), void* arg) const noexcept;
  connector_code state_put(std::string_view name, std::string_view value) const;
  std::int32_t open_file(std::uint32_t purpose, std::string_view path, std::int32_t flags, std::uint32_t mode, void (*with)(void*, connector_view),
                         void* arg) const noexcept;
  std::uint32_t confines(std::uint32_t purpose, std::string_view path) const noexcept;

  HostServices& services_;
  const std::string name_, state_owner_;
  const std::string logger_;
  const observability::LogPlace log_place_;
  observability::RateLimit log_limit_;  // of each kind of line: a client that cannot connect says so four times a second
  const std::vector<std::string> secrets_;
  const files::FileAccess files_;
  observability::PluginMetrics metrics_;
  std::atomic<bool> stopping_ = false;
  connector_host_api api_{};
};

}  // namespace connector_host::runtime
