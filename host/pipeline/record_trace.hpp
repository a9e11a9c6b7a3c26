#pragma once
// RecordTrace: what is known of the trace of one record in hand; most records have none, because they are not sampled.
// Belongs to its Entry, and goes from thread to thread with it.
#include <string>

#include "host/tracing/span_context.hpp"

namespace connector_host::pipeline {

struct RecordTrace {
  tracing::SpanContext receive;        // the span from its poll to its settlement
  tracing::SpanId parent{};            // of receive; all zero: the trace begins here
  bool has_foreign_state = false;      // its tracestate is not of this trace
  std::string message_id;              // the source's own name for it
  tracing::SpanContext publish;        // the span of its latest write
  tracing::Traceparent traceparent{};  // the text of publish, which the written record's header looks at
};

}  // namespace connector_host::pipeline
