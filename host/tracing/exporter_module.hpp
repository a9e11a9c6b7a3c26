#pragma once
// ExporterModule: finds and loads tracing.so, which lies beside the plugins and is no plugin: it is a part of the program, of
// the same build, that is loaded only when traces are wanted, because OpenTelemetry costs 10 MiB and 30 ms at every start.
// Once loaded it stays, as its libraries have threads.
#include <memory>
#include <string>

#include "host/tracing/span_exporter.hpp"

namespace connector_host::tracing {

// What the module exports, by this name: its version, which has to be the program's, and how to make an exporter.
constexpr const char* exporter_module_symbol = "connector_host_tracing_v1";
struct ExporterModuleTable {
  const char* version;
  SpanExporter* (*make)(const ExporterSettings&);  // null: it cannot be made
};

class ExporterModule {
 public:
  // In the folder lib/connector-host beside the program's own. Throws std::runtime_error that says what is missing.
  static std::unique_ptr<SpanExporter> load(const ExporterSettings& settings);
  static std::unique_ptr<SpanExporter> load(const std::string& file, const ExporterSettings& settings);
};

}  // namespace connector_host::tracing
