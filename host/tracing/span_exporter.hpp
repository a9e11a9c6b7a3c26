#pragma once
// SpanExporter: brings spans to a collector. The one that ships is in a module of its own (otlp/), made by ExporterModule.
#include <chrono>
#include <span>
#include <string>

#include "host/tracing/finished_span.hpp"

namespace connector_host::tracing {

struct ExporterSettings {
  bool json = false;
  std::chrono::milliseconds timeout{10'000};  // of one export
  // Of the resource, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise.
  std::string service, version, instance;
};

class SpanExporter {
 public:
  virtual ~SpanExporter() = default;
  // Waits for the collector, until the timeout; nothing ends it sooner. Empty: it has them all; else why not. One call at a
  // time.
  virtual std::string export_spans(std::span<const FinishedSpan> spans) = 0;
};

}  // namespace connector_host::tracing
