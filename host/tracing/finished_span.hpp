#pragma once
// FinishedSpan: one step of one record, or of one batch, after its end: what goes to a collector. Plain data that owns what
// it says; made on any thread, exported on the tracer's.
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/tracing/span_context.hpp"

namespace connector_host::tracing {

enum class SpanKind : std::uint8_t { internal, consumer, producer };

struct FinishedSpan {
  std::string name;
  SpanKind kind = SpanKind::internal;
  SpanContext self;
  SpanId parent{};                   // all zero: it begins its trace
  std::chrono::nanoseconds start{};  // since the Unix epoch
  std::chrono::nanoseconds length{};
  bool failed = false;
  std::string failure;                                                                      // with failed: why, for people
  std::vector<std::pair<const char*, std::variant<std::int64_t, std::string>>> attributes;  // names are literals
  std::vector<SpanContext> links;
};

}  // namespace connector_host::tracing
