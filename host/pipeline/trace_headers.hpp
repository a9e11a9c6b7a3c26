#pragma once
// TraceHeaders: reads a record's trace context from its headers, and writes the headers that a record is sent on with.
//
// What it makes is valid until clear(). One lane's own.
#include <deque>
#include <optional>
#include <vector>

#include "connector/abi.h"
#include "host/pipeline/record_trace.hpp"

namespace connector_host::pipeline {

class TraceHeaders {
 public:
  // Of the header traceparent. Nothing: there is none, more than one, or it is not one.
  static std::optional<tracing::SpanContext> context_of(const connector_record& record);

  // The record has trace.traceparent instead of its own from now on; trace has to last as long as the record is looked at.
  void stamp(connector_record& record, const RecordTrace& trace);
  void clear() { made_.clear(); }

 private:
  std::deque<std::vector<connector_header>> made_;  // stay put
};

}  // namespace connector_host::pipeline
