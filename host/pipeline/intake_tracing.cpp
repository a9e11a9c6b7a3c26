#include "host/pipeline/intake_tracing.hpp"

#include "connector/view.hpp"
#include "host/pipeline/in_flight.hpp"
#include "host/pipeline/trace_headers.hpp"

namespace connector_host::pipeline {
namespace {

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::delivered:
      return "delivered";
    case Verdict::duplicate:
      return "duplicate";
    case Verdict::dead_lettered:
      return "dead_lettered";
    case Verdict::dropped:
      return "dropped";
    case Verdict::returned:
      break;
  }
  return "returned";
}

}  // namespace

IntakeTracing::IntakeTracing(const TaskSettings& settings, tracing::Tracer* tracer)
    : settings_(settings), tracer_(tracer), name_("receive " + settings.source_name.destination), roots_to_pass_(tracer ? tracer->roots_to_pass() : 0) {}

void IntakeTracing::decide(Entry& entry) {
  const auto parent = tracer_->propagates() ? TraceHeaders::context_of(entry.record) : std::nullopt;
  if (!parent && roots_to_pass_ > 0) {
    --roots_to_pass_;
    return;
  }
  const auto context = parent ? tracer_->begin(*parent) : tracer_->begin_root();
  if (!parent) roots_to_pass_ = tracer_->roots_to_pass();
  if (!context) return;
  entry.trace = std::make_unique<RecordTrace>();
  entry.trace->receive = *context;
  if (parent) entry.trace->parent = parent->span_id;
  entry.trace->has_foreign_state = !parent;
  entry.trace->message_id = connector::text(entry.record.id);
}

void IntakeTracing::end_all(const Entry& entry, world::Time now) {
  for (const Entry* each = &entry; each; each = InFlight::shares_verdict(entry.verdict) ? each->joined : nullptr) {
    const bool its_own = each == &entry || entry.verdict == Verdict::returned;
    if (each->trace) finish(*each, its_own ? entry.verdict : Verdict::duplicate, now);
  }
}

void IntakeTracing::finish(const Entry& entry, Verdict verdict, world::Time now) {
  const RecordTrace& trace = *entry.trace;
  tracing::FinishedSpan& span = spans_.emplace_back();
  span.name = name_;
  span.kind = tracing::SpanKind::consumer;
  span.self = trace.receive;
  span.parent = trace.parent;
  span.start = tracer_->unix_time_of(entry.received);
  span.length = now - entry.received;
  span.failed = verdict == Verdict::dead_lettered || (verdict == Verdict::dropped && !entry.reason.empty());
  if (span.failed) span.failure = entry.reason;
  auto& attributes = span.attributes;
  attributes.reserve(11);
  attributes.emplace_back("messaging.system", settings_.source_name.system);
  attributes.emplace_back("messaging.operation.name", "receive");
  attributes.emplace_back("messaging.operation.type", "receive");
  attributes.emplace_back("messaging.destination.name", settings_.source_name.destination);
  attributes.emplace_back("messaging.message.body.size", std::int64_t(entry.record.value.size));
  attributes.emplace_back("connector_host.connector", settings_.connector);
  attributes.emplace_back("connector_host.task", std::int64_t(settings_.task));
  attributes.emplace_back("connector_host.outcome", name_of(verdict));
  if (span.failed) attributes.emplace_back("error.type", entry.failed_at);
  if (!trace.message_id.empty()) attributes.emplace_back("messaging.message.id", trace.message_id);
  if (!connector::is_null(entry.record.id)) attributes.emplace_back("connector_host.id", std::string(connector::text(entry.record.id)));
}

}  // namespace connector_host::pipeline
