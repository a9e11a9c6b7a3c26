#include "host/tracing/exporter_module.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace connector_host::tracing {

std::unique_ptr<SpanExporter> ExporterModule::load(const ExporterSettings& settings) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  return load((program.parent_path().parent_path() / "lib/connector-host/tracing.so").string(), settings);
}

std::unique_ptr<SpanExporter> ExporterModule::load(const std::string& file, const ExporterSettings& settings) {
  if (!std::filesystem::exists(file)) throw std::runtime_error("this build has no " + file + "; it is made where opentelemetry-cpp is installed");
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw std::runtime_error(dlerror());
  const auto* table = static_cast<const ExporterModuleTable*>(dlsym(library, exporter_module_symbol));
  if (!table) throw std::runtime_error(file + " does not export " + exporter_module_symbol);
  if (table->version != std::string_view(CONNECTOR_HOST_VERSION))
    throw std::runtime_error(file + " is of version " + table->version + ", and the program of " CONNECTOR_HOST_VERSION);
  std::unique_ptr<SpanExporter> exporter(table->make(settings));
  if (!exporter) throw std::runtime_error("OpenTelemetry could not make an exporter; its OTEL_EXPORTER_OTLP_* variables may be wrong");
  return exporter;
}

}  // namespace connector_host::tracing
