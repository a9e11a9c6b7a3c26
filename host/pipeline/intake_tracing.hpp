#pragma once
// IntakeTracing: where a record's trace begins and ends: its span "receive", from the poll to the settlement. Whether a record
// is traced is decided here, once; everything else in the pipeline asks whether it has a RecordTrace.
//
// Does nothing, at the price of a comparison, where there is no tracer. The intake thread's own.
#include <span>
#include <string>
#include <vector>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/task_settings.hpp"
#include "host/tracing/tracer.hpp"

namespace connector_host::pipeline {

class IntakeTracing {
 public:
  IntakeTracing(const TaskSettings& settings, tracing::Tracer* tracer);

  // Before the record's id is looked for: the source's own name for it is in record.id.
  void begin(Entry& entry) {
    if (!tracer_) return;
    if (entry.record.header_count == 0 && roots_to_pass_ > 0)
      --roots_to_pass_;
    else
      decide(entry);
  }
  // The entry is settled, and with it those that joined it and share its verdict.
  void end(const Entry& entry, world::Time now) {
    if (tracer_ && (entry.trace || entry.joined)) end_all(entry, now);
  }
  // What ended goes to the collector.
  void flush() {
    if (tracer_) tracer_->record(spans_);
  }

 private:
  void decide(Entry& entry);
  void end_all(const Entry& entry, world::Time now);
  void finish(const Entry& entry, Verdict verdict, world::Time now);

  const TaskSettings& settings_;
  tracing::Tracer* const tracer_;
  const std::string name_;
  std::uint64_t roots_to_pass_ = 0;
  std::vector<tracing::FinishedSpan> spans_;
};

}  // namespace connector_host::pipeline
