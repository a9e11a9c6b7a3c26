#include "host/pipeline/trace_headers.hpp"

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

bool is(const connector_header& header, std::string_view name) {
  return header.name.size == name.size() && connector::text(header.name) == name;
}

}  // namespace

std::optional<tracing::SpanContext> TraceHeaders::context_of(const connector_record& record) {
  const connector_header* found = nullptr;
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    if (!is(record.headers[i], tracing::traceparent_header)) continue;
    if (found) return std::nullopt;
    found = &record.headers[i];
  }
  if (!found) return std::nullopt;
  return tracing::parse_traceparent(connector::text(found->value));
}

void TraceHeaders::stamp(connector_record& record, const RecordTrace& trace) {
  std::vector<connector_header>& headers = made_.emplace_back();
  headers.reserve(record.header_count + 1);
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    const connector_header& header = record.headers[i];
    if (is(header, tracing::traceparent_header) || (trace.has_foreign_state && is(header, tracing::tracestate_header))) continue;
    headers.push_back(header);
  }
  const connector_view value{trace.traceparent.data(), trace.traceparent.size()};
  headers.push_back({connector::view(tracing::traceparent_header), value, CONNECTOR_TEXT, 0});
  record.headers = headers.data();
  record.header_count = headers.size();
}

}  // namespace connector_host::pipeline
