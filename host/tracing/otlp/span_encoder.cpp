#include "host/tracing/otlp/span_encoder.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <variant>

namespace connector_host::tracing {
namespace {

// The numbers of the fields, by message.
struct Request {
  static constexpr std::uint32_t resource_spans = 1;
};
struct ResourceSpans {
  static constexpr std::uint32_t resource = 1, scope_spans = 2;
};
struct Resource {
  static constexpr std::uint32_t attributes = 1;
};
struct ScopeSpans {
  static constexpr std::uint32_t scope = 1, spans = 2;
};
struct Scope {
  static constexpr std::uint32_t name = 1, version = 2;
};
struct Span {
  static constexpr std::uint32_t trace_id = 1, span_id = 2, parent_span_id = 4, name = 5, kind = 6, start_time_unix_nano = 7, end_time_unix_nano = 8,
                                 attributes = 9, links = 13, status = 15, flags = 16;
};
struct Link {
  static constexpr std::uint32_t trace_id = 1, span_id = 2, flags = 6;
};
struct Status {
  static constexpr std::uint32_t message = 2, code = 3;
};
struct Attribute {
  static constexpr std::uint32_t key = 1, value = 2;
};
struct AnyValue {
  static constexpr std::uint32_t text = 1, integer = 3;
};
constexpr std::uint32_t sampled = 1;  // a flag of W3C Trace Context
constexpr std::uint64_t error = 2;    // a status

std::uint64_t number_of(SpanKind kind) {
  switch (kind) {
    case SpanKind::producer:
      return 4;
    case SpanKind::consumer:
      return 5;
    case SpanKind::internal:
      break;
  }
  return 1;
}

template <std::size_t size>
std::string_view bytes_of(const std::array<std::uint8_t, size>& id) {
  return {reinterpret_cast<const char*>(id.data()), size};
}

using Value = std::variant<std::int64_t, std::string>;

std::size_t size_of(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return WireBuffer::size_of_number(AnyValue::integer, std::uint64_t(*number));
  return WireBuffer::size_of_bytes(AnyValue::text, std::get<std::string>(value).size());
}

std::size_t size_of_attribute(std::string_view key, std::size_t value) {
  return WireBuffer::size_of_bytes(Attribute::key, key.size()) + WireBuffer::size_of_bytes(Attribute::value, value);
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char each) { return static_cast<signed char>(each) < 0; });
}

// OTLP has UTF-8 alone, and a collector may refuse all that comes with something else: an id is whatever bytes a publisher
// chose. Where a text is no UTF-8, what is not ASCII in it becomes '?', and it is as long as before.
void add_text(WireBuffer& out, std::uint32_t field, std::string_view text) {
  if (is_ascii(text) || simdjson::validate_utf8(text)) return out.bytes(field, text);
  std::string valid(text);
  std::replace_if(valid.begin(), valid.end(), [](char each) { return static_cast<signed char>(each) < 0; }, '?');
  out.bytes(field, valid);
}

// Of a resource or a span.
void add_attribute(WireBuffer& out, std::uint32_t field, std::string_view key, const Value& value) {
  const std::size_t size = size_of(value);
  out.message(field, size_of_attribute(key, size));
  out.bytes(Attribute::key, key);
  out.message(Attribute::value, size);
  if (const auto* number = std::get_if<std::int64_t>(&value))
    out.number(AnyValue::integer, std::uint64_t(*number));
  else
    add_text(out, AnyValue::text, std::get<std::string>(value));
}

std::size_t size_of(const SpanContext& link) {
  return WireBuffer::size_of_bytes(Link::trace_id, link.trace_id.size()) + WireBuffer::size_of_bytes(Link::span_id, link.span_id.size()) +
         WireBuffer::size_of_fixed32(Link::flags);
}

void add_link(WireBuffer& out, const SpanContext& to) {
  out.message(Span::links, size_of(to));
  out.bytes(Link::trace_id, bytes_of(to.trace_id));
  out.bytes(Link::span_id, bytes_of(to.span_id));
  out.fixed32(Link::flags, to.sampled ? sampled : 0);
}

std::size_t size_of_failure(std::string_view why) {
  return WireBuffer::size_of_bytes(Status::message, why.size()) + WireBuffer::size_of_number(Status::code, error);
}

void add_failure(WireBuffer& out, std::string_view why) {
  out.message(Span::status, size_of_failure(why));
  add_text(out, Status::message, why);
  out.number(Status::code, error);
}

// What add_span writes.
std::size_t size_of(const FinishedSpan& span) {
  std::size_t size = WireBuffer::size_of_bytes(Span::trace_id, span.self.trace_id.size()) + WireBuffer::size_of_bytes(Span::span_id, span.self.span_id.size()) +
                     WireBuffer::size_of_bytes(Span::name, span.name.size()) + WireBuffer::size_of_number(Span::kind, number_of(span.kind)) +
                     WireBuffer::size_of_fixed64(Span::start_time_unix_nano) + WireBuffer::size_of_fixed64(Span::end_time_unix_nano) +
                     WireBuffer::size_of_fixed32(Span::flags);
  if (span.parent != SpanId{}) size += WireBuffer::size_of_bytes(Span::parent_span_id, span.parent.size());
  for (const auto& [key, value] : span.attributes) size += WireBuffer::size_of_bytes(Span::attributes, size_of_attribute(key, size_of(value)));
  for (const SpanContext& each : span.links) size += WireBuffer::size_of_bytes(Span::links, size_of(each));
  if (span.failed) size += WireBuffer::size_of_bytes(Span::status, size_of_failure(span.failure));
  return size;
}

}  // namespace

SpanEncoder::SpanEncoder(const Texts& resource, std::string_view scope, std::string_view version) {
  for (const auto& [key, text] : resource) {
    const Value value = text;
    resource_.reserve(WireBuffer::size_of_bytes(Resource::attributes, size_of_attribute(key, size_of(value))));
    add_attribute(resource_, Resource::attributes, key, value);
  }
  scope_.reserve(WireBuffer::size_of_bytes(Scope::name, scope.size()) + WireBuffer::size_of_bytes(Scope::version, version.size()));
  scope_.bytes(Scope::name, scope);
  scope_.bytes(Scope::version, version);
}

std::string_view SpanEncoder::request_of(std::span<const FinishedSpan> spans) {
  spans_.clear();
  for (const FinishedSpan& each : spans) add_span(each);
  const std::string_view resource = resource_.text(), scope = scope_.text();
  const std::size_t scope_spans = WireBuffer::size_of_bytes(ScopeSpans::scope, scope.size()) + spans_.text().size();
  const std::size_t resource_spans =
      WireBuffer::size_of_bytes(ResourceSpans::resource, resource.size()) + WireBuffer::size_of_bytes(ResourceSpans::scope_spans, scope_spans);
  request_.clear();
  request_.reserve(WireBuffer::size_of_bytes(Request::resource_spans, resource_spans));
  request_.message(Request::resource_spans, resource_spans);
  request_.bytes(ResourceSpans::resource, resource);
  request_.message(ResourceSpans::scope_spans, scope_spans);
  request_.bytes(ScopeSpans::scope, scope);
  request_.append(spans_.text());
  return request_.text();
}

void SpanEncoder::add_span(const FinishedSpan& span) {
  const std::size_t size = size_of(span);
  [[maybe_unused]] const std::size_t end = spans_.text().size() + WireBuffer::size_of_bytes(ScopeSpans::spans, size);
  spans_.reserve(WireBuffer::size_of_bytes(ScopeSpans::spans, size));
  spans_.message(ScopeSpans::spans, size);
  spans_.bytes(Span::trace_id, bytes_of(span.self.trace_id));
  spans_.bytes(Span::span_id, bytes_of(span.self.span_id));
  if (span.parent != SpanId{}) spans_.bytes(Span::parent_span_id, bytes_of(span.parent));
  add_text(spans_, Span::name, span.name);
  spans_.number(Span::kind, number_of(span.kind));
  spans_.fixed64(Span::start_time_unix_nano, std::uint64_t(span.start.count()));
  spans_.fixed64(Span::end_time_unix_nano, std::uint64_t((span.start + span.length).count()));
  for (const auto& [key, value] : span.attributes) add_attribute(spans_, Span::attributes, key, value);
  for (const SpanContext& each : span.links) add_link(spans_, each);
  if (span.failed) add_failure(spans_, span.failure);
  spans_.fixed32(Span::flags, sampled);  // or it would not be here
  assert(spans_.text().size() == end);
}

}  // namespace connector_host::tracing
