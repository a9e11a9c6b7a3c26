#pragma once
// SpanContext: which span of which trace, as W3C Trace Context (https://www.w3.org/TR/trace-context/) has it, and its text
// form, the value of the header "traceparent". Plain data; what else a trace carries (tracestate, baggage) is never read
// here and travels as it came.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connector_host::tracing {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

struct SpanContext {
  TraceId trace_id{};  // all zero: of no trace
  SpanId span_id{};
  bool sampled = false;

  bool valid() const { return trace_id != TraceId{} && span_id != SpanId{}; }
  friend bool operator==(const SpanContext&, const SpanContext&) = default;
};

using Traceparent = std::array<char, 55>;

constexpr std::string_view traceparent_header = "traceparent", tracestate_header = "tracestate";

// Nothing when it is not one: then a trace begins anew, as the specification wants it. A version that is not known yet is
// read as far as it is known.
std::optional<SpanContext> parse_traceparent(std::string_view text);
Traceparent traceparent_of(const SpanContext& context);
std::string hex(const TraceId& id);

}  // namespace connector_host::tracing
