// The module tracing.so: SpanExporter over the OTLP/HTTP client of opentelemetry-cpp. Everything OpenTelemetry is here; its
// client has the variables, TLS, compression, retries and time limits, and what it sends is made by SpanEncoder.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/message.h>
#include <opentelemetry/exporters/otlp/otlp_http_client.h>
#include <opentelemetry/exporters/otlp/otlp_http_exporter_options.h>
#include <opentelemetry/sdk/common/global_log_handler.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/resource/resource_detector.h>

#include <memory>
#include <mutex>
#include <utility>

#include "host/tracing/exporter_module.hpp"
#include "host/tracing/otlp/span_encoder.hpp"

namespace connector_host::tracing {
namespace {

namespace otel = opentelemetry;
namespace otlp = opentelemetry::exporter::otlp;

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

otlp::OtlpHttpClientOptions options_of(const ExporterSettings& settings) {
  const otlp::OtlpHttpExporterOptions from;  // has read the OTEL_EXPORTER_OTLP_* variables
  return {from.url,
          from.ssl_insecure_skip_verify,
          from.ssl_ca_cert_path,
          from.ssl_ca_cert_string,
          from.ssl_client_key_path,
          from.ssl_client_key_string,
          from.ssl_client_cert_path,
          from.ssl_client_cert_string,
          from.ssl_min_tls,
          from.ssl_max_tls,
          from.ssl_cipher,
          from.ssl_cipher_suite,
          settings.json ? otlp::HttpRequestContentType::kJson : otlp::HttpRequestContentType::kBinary,
          otlp::JsonBytesMappingKind::kHexId,  // as OTLP/JSON has it
          from.compression,
          true,  // names as JSON has them
          from.console_debug,
          settings.timeout,
          from.http_headers,
          from.retry_policy_max_attempts,
          from.retry_policy_initial_backoff,
          from.retry_policy_max_backoff,
          from.retry_policy_backoff_multiplier,
          nullptr};
}

// What the variables say comes before what we say. They are texts, all of them.
SpanEncoder::Texts resource_of(const ExporterSettings& settings) {
  const auto from_variables = otel::sdk::resource::OTELResourceDetector().Detect();
  otel::sdk::resource::ResourceAttributes ours{
      {"service.name", settings.service}, {"service.version", settings.version}, {"service.instance.id", settings.instance}};
  for (const auto& [key, value] : from_variables.GetAttributes()) ours.erase(key);
  const auto resource = otel::sdk::resource::Resource::Create(ours);
  SpanEncoder::Texts out;
  for (const auto& [key, value] : resource.GetAttributes()) {
    if (const auto* text = otel::nostd::get_if<std::string>(&value)) out.emplace_back(key, *text);
  }
  return out;
}

class OtlpExporter final : public SpanExporter {
 public:
  explicit OtlpExporter(const ExporterSettings& settings)
      : json_(settings.json), encoder_(resource_of(settings), "connector-host", settings.version), first_error_(new FirstError), client_(options_of(settings)) {
    otel::sdk::common::internal_log::GlobalLogHandler::SetLogHandler(first_error_);
  }

  std::string export_spans(std::span<const FinishedSpan> spans) override {
    const std::string_view request = encoder_.request_of(spans);
    const auto message = json_ ? object_of(request) : carrier_of(request);
    if (!message) return "OpenTelemetry does not understand what was made for it";
    static_cast<FirstError&>(*first_error_).take();
    const bool good = client_.Export(*message) == otel::sdk::common::ExportResult::kSuccess;
    // OpenTelemetry 1.19 calls an export a success whenever its request has ended: only the log tells of the others.
    const std::string why = static_cast<FirstError&>(*first_error_).take();
    return good || !why.empty() ? why : "no reason was given";
  }

 private:
  using MessagePtr = std::unique_ptr<google::protobuf::Message>;

  // The client takes messages. One of no fields writes those that it does not know as they are (a rule of protobuf), and so
  // carries a request that is encoded already.
  static MessagePtr carrier_of(std::string_view request) {
    auto carrier = std::make_unique<google::protobuf::Empty>();
    return carrier->ParseFromArray(request.data(), int(request.size())) ? std::move(carrier) : nullptr;
  }
  // For JSON the client asks a message for its fields, so it has to be the real one, which OpenTelemetry's libraries have.
  static MessagePtr object_of(std::string_view request) {
    const auto* type =
        google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest");
    if (!type) return nullptr;
    MessagePtr object(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
    return object->ParseFromArray(request.data(), int(request.size())) ? std::move(object) : nullptr;
  }

  const bool json_;
  SpanEncoder encoder_;
  const otel::nostd::shared_ptr<otel::sdk::common::internal_log::LogHandler> first_error_;
  otlp::OtlpHttpClient client_;
};

SpanExporter* make_exporter(const ExporterSettings& settings) {
  return new OtlpExporter(settings);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const ExporterModuleTable connector_host_tracing_v1;
const ExporterModuleTable connector_host_tracing_v1 = {CONNECTOR_HOST_VERSION, make_exporter};

}  // namespace connector_host::tracing
