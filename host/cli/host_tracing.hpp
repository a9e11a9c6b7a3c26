#pragma once
// HostTracing: the process's tracer, as OpenTelemetry's variables want it: none, unless a collector is named.
//
// What is wrong with them is told in the log, and records move all the same. tracer() is thread-safe as the tracer is; the
// rest is the main thread's.
#include <memory>
#include <string>

#include "host/observability/log.hpp"
#include "host/observability/metrics_registry.hpp"
#include "host/observability/rate_limit.hpp"
#include "host/tracing/tracer.hpp"
#include "host/world/world.hpp"

namespace connector_host::cli {

class HostTracing {
 public:
  // instance: what tells this process from others, for service.instance.id.
  HostTracing(world::World& world, observability::Log& log, const std::string& instance);

  // Null: nothing is traced.
  tracing::Tracer* tracer() const { return tracer_.get(); }
  // As the last thing before the end; waits for a collector no longer than two seconds. False: it hangs, and so would the
  // destructor.
  bool stop();
  void register_metrics(observability::MetricsRegistry& registry);

 private:
  void report(const std::string& what);

  observability::Logger logger_;
  observability::RateLimit limit_;
  std::unique_ptr<tracing::Tracer> tracer_;
  observability::MetricsRegistry::Registration registration_;
};

}  // namespace connector_host::cli
