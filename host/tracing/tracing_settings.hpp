#pragma once
// TracingSettings: OpenTelemetry's own variables (OTEL_*), read once at the start. Those that only concern how the collector
// is reached (OTEL_EXPORTER_OTLP_HEADERS, _CERTIFICATE, _COMPRESSION, …) are read by OpenTelemetry itself.
//
// A value that cannot be used is no reason to stop moving records: it is named in `complaints` and its default holds; where
// there is none, tracing is off.
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "host/tracing/sampler.hpp"

namespace connector_host::tracing {

struct TracingSettings {
  // Null: it is not set.
  using Variables = std::function<const char*(const char* name)>;
  static TracingSettings from(const Variables& variable);

  bool on = false;         // an endpoint is set, and nothing switches it off
  bool propagates = true;  // contexts of records are read, and written
  bool json = false;       // http/json instead of http/protobuf
  Sampler sampler;
  std::chrono::milliseconds export_every{5'000};
  std::chrono::milliseconds export_timeout{10'000};
  std::size_t queue = 2'048;  // spans that wait to be exported; more are dropped, and counted
  std::size_t batch = 512;
  std::vector<std::string> complaints;
};

}  // namespace connector_host::tracing
