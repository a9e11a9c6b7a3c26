#include "host/pipeline/lane_tracing.hpp"

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

const char* name_of_claim(std::uint8_t state) {
  return state == CONNECTOR_CLAIM_NEW ? "new" : state == CONNECTOR_CLAIM_DONE ? "duplicate" : "held";
}

}  // namespace

void LaneTracing::note_claims(std::span<Entry* const> entries, std::span<const std::uint8_t> states, const CallTimes& times) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i]->trace) continue;
    const tracing::SpanContext& receive = entries[i]->trace->receive;
    tracing::FinishedSpan& span = add("dedup", tracing::SpanKind::internal, tracer_->child_of(receive), receive.span_id, times);
    span.attributes.reserve(2);
    span.attributes.emplace_back("connector_host.dedup.store", settings_.dedup_system);
    span.failed = states.empty();
    if (!states.empty()) span.attributes.emplace_back("connector_host.dedup.result", name_of_claim(states[i]));
  }
}

void LaneTracing::note_transform(std::size_t place, std::span<Entry* const> sources, const CallTimes& times) {
  const auto& names = settings_.transform_names;
  const Entry* before = nullptr;
  for (const Entry* entry : sources) {
    if (!entry->trace || std::exchange(before, entry) == entry) continue;
    const tracing::SpanContext& receive = entry->trace->receive;
    add("transform " + (place < names.size() ? names[place] : std::to_string(place)), tracing::SpanKind::internal, tracer_->child_of(receive), receive.span_id,
        times);
  }
}

void LaneTracing::stamp_all(std::span<connector_record> records, std::span<Entry* const> sources) {
  const Entry* before = nullptr;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!sources[i]->trace) continue;
    RecordTrace& trace = *sources[i]->trace;
    if (std::exchange(before, sources[i]) != sources[i]) {
      trace.publish = tracer_->child_of(trace.receive);
      trace.traceparent = tracing::traceparent_of(trace.publish);
    }
    if (tracer_->propagates()) headers_.stamp(records[i], trace);
  }
}

void LaneTracing::note_publish(const DependencyName& where, std::span<Entry* const> sources, std::span<const connector_outcome> outcomes,
                               const plugin::Call& call, const CallTimes& times) {
  const Entry* before = nullptr;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Entry& entry = *sources[i];
    if (!entry.trace || std::exchange(before, &entry) == &entry) continue;
    tracing::FinishedSpan& span = add("publish " + where.destination, tracing::SpanKind::producer, entry.trace->publish, entry.trace->receive.span_id, times);
    span.attributes.reserve(5);
    span.attributes.emplace_back("messaging.system", where.system);
    span.attributes.emplace_back("messaging.operation.name", "publish");
    span.attributes.emplace_back("messaging.operation.type", "send");
    span.attributes.emplace_back("messaging.destination.name", where.destination);
    span.failed = outcomes[i].code != CONNECTOR_OK;
    if (!span.failed) continue;
    span.failure = scrub_(call.reason(i));
    span.attributes.emplace_back("error.type", plugin::name_of(outcomes[i].code));
  }
}

void LaneTracing::finish_batch(std::span<Entry* const> batch, world::Time begun) {
  headers_.clear();
  if (batches_to_pass_ > 0) {
    --batches_to_pass_;
  } else if (tracer_->propagates()) {
    batches_to_pass_ = tracer_->roots_to_pass();
    std::vector<tracing::SpanContext> links;
    for (const Entry* entry : batch) {
      if (entry->trace || entry->record.header_count == 0 || links.size() == most_links) continue;
      if (const auto context = TraceHeaders::context_of(entry->record)) links.push_back(*context);
    }
    if (!links.empty()) {
      tracing::FinishedSpan& span = add("process batch", tracing::SpanKind::internal, tracer_->begin_root(), {}, {begun, world_.now()});
      span.attributes = {{"messaging.batch.message_count", std::int64_t(batch.size())},
                         {"connector_host.connector", settings_.connector},
                         {"connector_host.task", std::int64_t(settings_.task)}};
      span.links = std::move(links);
    }
  }
  tracer_->record(spans_);
}

tracing::FinishedSpan& LaneTracing::add(std::string name, tracing::SpanKind kind, const tracing::SpanContext& self, const tracing::SpanId& parent,
                                        const CallTimes& times) {
  tracing::FinishedSpan& span = spans_.emplace_back();
  span.name = std::move(name);
  span.kind = kind;
  span.self = self;
  span.parent = parent;
  span.start = tracer_->unix_time_of(times.begun);
  span.length = times.ended - times.begun;
  return span;
}

}  // namespace connector_host::pipeline
