#include "tests/integration/span_collector.hpp"

#include <nlohmann/json.hpp>

namespace integration {
namespace {

using connector_host::http::Request;
using connector_host::http::Response;

connector_host::http::ServerSettings server_settings() {
  connector_host::http::ServerSettings settings;
  settings.max_body = 64u << 20;
  return settings;
}

}  // namespace

SpanCollector::SpanCollector()
    : server_(server_settings(), [this](const Request& request) { return take(request); }) {
  server_.start();
}

Response SpanCollector::take(const Request& request) {
  std::lock_guard lock(mutex_);
  text_ += request.body;
  Response response;
  if (!request.body.starts_with('{')) return response;
  const auto sent = nlohmann::json::parse(request.body);
  for (const auto& resource : sent.at("resourceSpans")) {
    for (const auto& scope : resource.at("scopeSpans")) {
      for (const auto& span : scope.at("spans"))
        spans_.push_back({span.at("traceId"), span.at("spanId"), span.value("parentSpanId", ""),
                          span.at("name"), span.at("kind")});
    }
  }
  response.body = "{}";
  return response;
}

std::vector<CollectedSpan> SpanCollector::spans() const {
  std::lock_guard lock(mutex_);
  return spans_;
}

std::string SpanCollector::text() const {
  std::lock_guard lock(mutex_);
  return text_;
}

}  // namespace integration
