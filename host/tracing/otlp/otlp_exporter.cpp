// The module tracing.so: SpanExporter over the OTLP/HTTP exporter of opentelemetry-cpp. Everything OpenTelemetry is here.
#include <opentelemetry/exporters/otlp/otlp_http_exporter_factory.h>
#include <opentelemetry/exporters/otlp/otlp_http_exporter_options.h>
#include <opentelemetry/sdk/common/global_log_handler.h>
#include <opentelemetry/sdk/instrumentationscope/instrumentation_scope.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/resource/resource_detector.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "host/tracing/exporter_module.hpp"

namespace connector_host::tracing {
namespace {

namespace otel = opentelemetry;
using Recordables = std::vector<std::unique_ptr<otel::sdk::trace::Recordable>>;

// OpenTelemetry tells what went wrong in a log of its own, which would go to standard output. The first line of an export is the
// one that says why.
class FirstError final : public otel::sdk::common::internal_log::LogHandler {
 public:
  void Handle(otel::sdk::common::internal_log::LogLevel level, const char*, int, const char* message,
              const otel::sdk::common::AttributeMap&) noexcept override {
    if (level != otel::sdk::common::internal_log::LogLevel::Error || !message) return;
    std::lock_guard lock(mutex_);
    if (text_.empty()) text_ = message;
  }
  std::string take() {
    std::lock_guard lock(mutex_);
    return std::exchange(text_, {});
  }

 private:
  std::mutex mutex_;  // guards text_
  std::string text_;
};

otel::exporter::otlp::OtlpHttpExporterOptions options_of(const ExporterSettings& settings) {
  otel::exporter::otlp::OtlpHttpExporterOptions options;  // has read the OTEL_EXPORTER_OTLP_* variables
  options.content_type = settings.json ? otel::exporter::otlp::HttpRequestContentType::kJson : otel::exporter::otlp::HttpRequestContentType::kBinary;
  options.json_bytes_mapping = otel::exporter::otlp::JsonBytesMappingKind::kHexId;  // as OTLP/JSON has it
  options.use_json_name = true;
  options.timeout = settings.timeout;
  return options;
}

// What the variables say comes before what we say.
otel::sdk::resource::Resource resource_of(const ExporterSettings& settings) {
  const auto from_variables = otel::sdk::resource::OTELResourceDetector().Detect();
  otel::sdk::resource::ResourceAttributes ours{
      {"service.name", settings.service}, {"service.version", settings.version}, {"service.instance.id", settings.instance}};
  for (const auto& [key, value] : from_variables.GetAttributes()) ours.erase(key);
  return otel::sdk::resource::Resource::Create(ours);
}

otel::trace::SpanContext otel_context(const SpanContext& context, bool remote) {
  return {otel::trace::TraceId(context.trace_id), otel::trace::SpanId(context.span_id), otel::trace::TraceFlags(context.sampled ? 1 : 0), remote};
}

otel::trace::SpanKind otel_kind(SpanKind kind) {
  switch (kind) {
    case SpanKind::consumer:
      return otel::trace::SpanKind::kConsumer;
    case SpanKind::producer:
      return otel::trace::SpanKind::kProducer;
    case SpanKind::internal:
      break;
  }
  return otel::trace::SpanKind::kInternal;
}

class OtlpExporter final : public SpanExporter {
 public:
  explicit OtlpExporter(const ExporterSettings& settings)
      : exporter_(otel::exporter::otlp::OtlpHttpExporterFactory::Create(options_of(settings))),
        resource_(resource_of(settings)),
        scope_(otel::sdk::instrumentationscope::InstrumentationScope::Create("connector-host", settings.version)),
        first_error_(new FirstError) {
    otel::sdk::common::internal_log::GlobalLogHandler::SetLogHandler(first_error_);
  }

  std::string export_spans(std::span<const FinishedSpan> spans) override {
    Recordables made;
    made.reserve(spans.size());
    for (const FinishedSpan& each : spans) made.push_back(recordable_of(each));
    static_cast<FirstError&>(*first_error_).take();
    const bool good = exporter_->Export({made.data(), made.size()}) == otel::sdk::common::ExportResult::kSuccess;
    // OpenTelemetry 1.19 calls an export a success whenever its request has ended: only the log tells of the others.
    const std::string why = static_cast<FirstError&>(*first_error_).take();
    return good || !why.empty() ? why : "no reason was given";
  }

 private:
  std::unique_ptr<otel::sdk::trace::Recordable> recordable_of(const FinishedSpan& span) {
    auto out = exporter_->MakeRecordable();
    out->SetResource(resource_);
    out->SetInstrumentationScope(*scope_);
    out->SetIdentity(otel_context(span.self, false), otel::trace::SpanId(span.parent));
    out->SetTraceFlags(otel::trace::TraceFlags(otel::trace::TraceFlags::kIsSampled));
    out->SetName(span.name);
    out->SetSpanKind(otel_kind(span.kind));
    out->SetStartTime(otel::common::SystemTimestamp(span.start));
    out->SetDuration(span.length);
    if (span.failed) out->SetStatus(otel::trace::StatusCode::kError, span.failure);
    for (const auto& [key, value] : span.attributes) {
      if (const auto* number = std::get_if<std::int64_t>(&value))
        out->SetAttribute(key, *number);
      else
        out->SetAttribute(key, otel::nostd::string_view(std::get<std::string>(value)));
    }
    for (const SpanContext& link : span.links) out->AddLink(otel_context(link, true));
    return out;
  }

  const std::unique_ptr<otel::sdk::trace::SpanExporter> exporter_;
  const otel::sdk::resource::Resource resource_;
  const otel::nostd::unique_ptr<otel::sdk::instrumentationscope::InstrumentationScope> scope_;
  const otel::nostd::shared_ptr<otel::sdk::common::internal_log::LogHandler> first_error_;
};

SpanExporter* make_exporter(const ExporterSettings& settings) {
  return new OtlpExporter(settings);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const ExporterModuleTable connector_host_tracing_v1;
const ExporterModuleTable connector_host_tracing_v1 = {CONNECTOR_HOST_VERSION, make_exporter};

}  // namespace connector_host::tracing
