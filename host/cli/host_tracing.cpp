#include "host/cli/host_tracing.hpp"

#include <cstdlib>
#include <exception>

#include "host/runtime/metrics_page.hpp"
#include "host/tracing/exporter_module.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto last_export = 2s;

}  // namespace

HostTracing::HostTracing(world::World& world, observability::Log& log, const std::string& instance)
    : logger_(log.logger("tracing")), limit_({1, 60s}, [&world] { return world.now(); }) {
  const auto settings = tracing::TracingSettings::from([](const char* name) { return std::getenv(name); });
  for (const std::string& each : settings.complaints) logger_.warn(each);
  if (!settings.on) return;
  try {
    auto exporter = tracing::ExporterModule::load({settings.json, settings.export_timeout, "connector-host", CONNECTOR_HOST_VERSION, instance});
    tracer_ = std::make_unique<tracing::Tracer>(settings, world, std::move(exporter), [this](const std::string& what) { report(what); });
    tracer_->start();
  } catch (const std::exception& error) {
    logger_.warn(std::string("there are no traces: ") + error.what());
  }
}

bool HostTracing::stop() {
  return !tracer_ || tracer_->stop(last_export);
}

void HostTracing::report(const std::string& what) {
  logger_.write(observability::Level::warn, what, limit_, "export");
}

void HostTracing::register_metrics(observability::MetricsRegistry& registry) {
  registration_ = registry.register_source([this](std::vector<observability::Family>& families) {
    const tracing::TracerCounts counts = tracer_ ? tracer_->counts() : tracing::TracerCounts{};
    runtime::MetricsPage page(families);
    constexpr const char* help = "Spans of sampled records, by what became of them.";
    page.counter("trace_spans_total", help, {{"result", "exported"}}, double(counts.exported));
    page.counter("trace_spans_total", help, {{"result", "dropped"}}, double(counts.dropped));
    page.counter("trace_export_failures_total", "Exports to the collector that failed.", {}, double(counts.failed_exports));
  });
}

}  // namespace connector_host::cli
