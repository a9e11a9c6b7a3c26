#pragma once
// SpanEncoder: finished spans as the body of an OTLP request, in protobuf's wire format: the message
// ExportTraceServiceRequest of https://github.com/open-telemetry/opentelemetry-proto (1.x, whose field numbers do not change).
//
// What each request says of this process, its resource and its scope, is given once. Memory is kept from one request to the
// next. One thread.
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/tracing/finished_span.hpp"
#include "host/tracing/otlp/wire_buffer.hpp"

namespace connector_host::tracing {

class SpanEncoder {
 public:
  using Texts = std::vector<std::pair<std::string, std::string>>;

  // resource: the attributes that tell this process from others. scope, version: what made the spans.
  SpanEncoder(const Texts& resource, std::string_view scope, std::string_view version);

  // Valid until the next call.
  std::string_view request_of(std::span<const FinishedSpan> spans);

 private:
  void add_span(const FinishedSpan& span);

  WireBuffer resource_, scope_;  // what is in these messages
  WireBuffer spans_, request_;
};

}  // namespace connector_host::tracing
