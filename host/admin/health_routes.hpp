#pragma once
// HealthRoutes: the open listener (8080): /health, /livez, /readyz, /startupz and /metrics, for probes and Prometheus.
//
// /livez and /startupz ask for the process only: an outage of a broker must not make an orchestrator restart the host,
// because each restart costs every unacknowledged message a redelivery. Thread-safe; the runtime outlives it.
#include <atomic>
#include <functional>
#include <string>

#include "host/admin/health_report.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/runtime/runtime.hpp"

namespace connector_host::admin {

class HealthRoutes {
 public:
  struct Links {
    std::function<std::string()> metrics;
    std::function<std::string()> stuck;  // part of the process that does not go on, and for how long; empty: none
  };
  // ready: all, any, none.
  HealthRoutes(const runtime::Runtime& runtime, world::World& world, std::string ready, Links links)
      : runtime_(runtime), world_(world), ready_(std::move(ready)), links_(std::move(links)) {}

  http::Response answer(const http::Request& request);
  HealthReport report() const;
  // What /startupz says: once yes, it stays so.
  bool has_started(const HealthReport& now);

 private:
  http::Response health() const;
  http::Response alive() const;
  http::Response ready() const;
  http::Response started();

  const runtime::Runtime& runtime_;
  world::World& world_;
  const std::string ready_;
  const Links links_;
  std::atomic<bool> started_ = false;
};

}  // namespace connector_host::admin
