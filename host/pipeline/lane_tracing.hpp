#pragma once
// LaneTracing: the spans of what one lane does with traced records: dedup, transform and publish, each below the record's
// "receive"; and the context of "publish" in the headers of what is written, so that the trace goes on with its reader.
//
// A record that brings a context and is not traced (its publisher decided so) costs no span: where the sampler picks the
// batch, one span of the batch links to up to 128 of them. Does nothing, at the price of a comparison a batch, where there is
// no tracer. One lane's own.
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/scrub.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/pipeline/trace_headers.hpp"
#include "host/plugin/call.hpp"
#include "host/tracing/tracer.hpp"

namespace connector_host::pipeline {

// When a call was made and when it was back.
struct CallTimes {
  world::Time begun{}, ended{};
};

class LaneTracing {
 public:
  // tracer: null: nothing is traced. scrub: for what a plugin says of a failure.
  LaneTracing(const TaskSettings& settings, world::World& world, tracing::Tracer* tracer, Scrub scrub)
      : settings_(settings), world_(world), tracer_(tracer), scrub_(std::move(scrub)), batches_to_pass_(tracer ? tracer->roots_to_pass() : 0) {}

  // states: one for each entry, or none when the call failed.
  void claimed(std::span<Entry* const> entries, std::span<const std::uint8_t> states, const CallTimes& times) {
    if (tracer_) note_claims(entries, states, times);
  }
  // sources: the entries that the transform's inputs came from.
  void transformed(std::size_t place, std::span<Entry* const> sources, const CallTimes& times) {
    if (tracer_) note_transform(place, sources, times);
  }
  // Before and after a write; records of one entry stand together.
  void stamp(std::span<connector_record> records, std::span<Entry* const> sources) {
    if (tracer_) stamp_all(records, sources);
  }
  void published(const DependencyName& where, std::span<Entry* const> sources, std::span<const connector_outcome> outcomes, const plugin::Call& call,
                 const CallTimes& times) {
    if (tracer_) note_publish(where, sources, outcomes, call, times);
  }
  // The batch went through the line; its spans go to the collector.
  void finish(std::span<Entry* const> batch, world::Time begun) {
    if (tracer_) finish_batch(batch, begun);
  }

 private:
  static constexpr std::size_t most_links = 128;

  void note_claims(std::span<Entry* const> entries, std::span<const std::uint8_t> states, const CallTimes& times);
  void note_transform(std::size_t place, std::span<Entry* const> sources, const CallTimes& times);
  void stamp_all(std::span<connector_record> records, std::span<Entry* const> sources);
  void note_publish(const DependencyName& where, std::span<Entry* const> sources, std::span<const connector_outcome> outcomes, const plugin::Call& call,
                    const CallTimes& times);
  void finish_batch(std::span<Entry* const> batch, world::Time begun);
  tracing::FinishedSpan& add(std::string name, tracing::SpanKind kind, const tracing::SpanContext& self, const tracing::SpanId& parent, const CallTimes& times);

  const TaskSettings& settings_;
  world::World& world_;
  tracing::Tracer* const tracer_;
  const Scrub scrub_;
  std::uint64_t batches_to_pass_;  // before one that may have a span
  TraceHeaders headers_;
  std::vector<tracing::FinishedSpan> spans_;
};

}  // namespace connector_host::pipeline
