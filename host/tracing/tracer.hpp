#pragma once
// Tracer: decides which records are traced, makes ids, and takes finished spans to a collector on a thread of its own.
//
// It is never in the way: begin() and record() do not wait for a collector; spans that find the queue full are dropped and
// counted. Thread-safe but for start and stop.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/tracing/finished_span.hpp"
#include "host/tracing/span_exporter.hpp"
#include "host/tracing/tracing_settings.hpp"
#include "host/world/world.hpp"

namespace connector_host::tracing {

struct TracerCounts {
  std::uint64_t exported = 0, dropped = 0;  // spans
  std::uint64_t failed_exports = 0;
};

class Tracer {
 public:
  // report: a line for the log about exports that fail; may be called often with the same words.
  Tracer(const TracingSettings& settings, world::World& world, std::unique_ptr<SpanExporter> exporter, std::function<void(const std::string&)> report);
  ~Tracer();

  void start();
  // Exports what there is, for at most this long, and gives up the rest. False: the last export still hangs, and the
  // destructor waits for it until the exporter's timeout; who ends a process leaves without (HTTP requests of OpenTelemetry
  // cannot be ended from outside: its Shutdown was tried, and waits for them).
  bool stop(std::chrono::milliseconds patience);

  bool propagates() const { return settings_.propagates; }
  // The context of a new span of something that comes with this context. Nothing: it is not recorded.
  std::optional<SpanContext> begin(const SpanContext& parent);
  // A new trace that is recorded; how many that might begin are not, before the next one that is.
  SpanContext begin_root();
  std::uint64_t roots_to_pass() { return settings_.sampler.roots_to_pass(world_.random()); }
  // A new span of a trace that is recorded.
  SpanContext child_of(const SpanContext& parent);
  // Takes them; the vector is empty afterwards and keeps its memory.
  void record(std::vector<FinishedSpan>& spans);
  // When something was by the machine's clock.
  std::chrono::nanoseconds unix_time_of(world::Time at) { return world_.unix_time() - (world_.now() - at); }

  TracerCounts counts() const;

 private:
  void run();
  void export_all();
  bool take_batch();
  void export_batch();
  SpanId new_span_id();

  const TracingSettings settings_;
  world::World& world_;
  const std::unique_ptr<SpanExporter> exporter_;
  const std::function<void(const std::string&)> report_;
  const std::unique_ptr<world::Gate> work_, done_;
  std::atomic<bool> stopping_ = false, gives_up_ = false, over_ = false;
  std::atomic<std::uint64_t> exported_ = 0, dropped_ = 0, failed_exports_ = 0;
  std::mutex mutex_;  // guards queue_
  std::vector<FinishedSpan> queue_;
  std::vector<FinishedSpan> batch_;  // the thread's own
  std::unique_ptr<world::Thread> thread_;
};

}  // namespace connector_host::tracing
