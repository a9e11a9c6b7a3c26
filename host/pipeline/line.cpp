#include "host/pipeline/line.hpp"

#include <algorithm>

#include "connector/view.hpp"

namespace connector_host::pipeline {

Line::Line(Downstream& downstream, TransformChain& transforms, ClaimLedger& ledger, LaneTracing& tracing, LaneCounters& counters)
    : downstream_(downstream),
      transforms_(transforms),
      tracing_(tracing),
      counters_(counters),
      transitions_(downstream, counters),
      claims_(downstream, ledger, transitions_, tracing, counters),
      dead_letters_(downstream, transitions_, tracing, counters),
      timer_(downstream.world) {}

void Line::run(std::span<Entry* const> batch) {
  transitions_.begin(downstream_.world.now());
  counters_[LaneCount::batches].add();
  claims_.claim(batch);
  transform(batch);
  confirm_claims();
  write();
  dead_letters_.run(batch);
  claims_.commit(batch);
  claims_.release(batch);
  dead_letters_.report(batch);
  transforms_.clear();
  tracing_.finish(batch, transitions_.now());
}

// ---- transform

void Line::transform(std::span<Entry* const> batch) {
  transitions_.select(batch, Stage::claimed, inputs_);
  const auto failure = transforms_.apply(inputs_);
  if (failure && !failure->called) return transitions_.wait_for_dependency(inputs_);
  if (failure) {  // each by its own pause, so that one record on which the whole call fails comes to be alone
    const Blame blame = Transitions::blame(failure->result, inputs_) == Blame::dependency ? Blame::dependency : Blame::record;
    for (Entry* entry : inputs_) {
      transitions_.retry(*entry, {"TRANSFORMATION", failure->result.message, failure->result.retry_after, LaneCount::put_off_by_transform, blame});
    }
    return;
  }
  // What befell one part of a record befalls the record: parts that were dropped do not make up for one that was not OK.
  Entries put_off;
  for (const TransformChain::Fate& fate : transforms_.fates()) {
    const bool bad = fate.outcome.code != CONNECTOR_OK && !put_off.contains(fate.entry);
    if (bad && take_bad_fate(fate)) put_off.insert(fate.entry);
  }
  for (const TransformChain::Fate& fate : transforms_.fates()) {
    Entry& entry = *fate.entry;
    const bool dropped = entry.stage == Stage::claimed && !put_off.contains(&entry) && !transforms_.has_output(entry);
    if (dropped) transitions_.settle(entry, Verdict::dropped);
  }
  if (downstream_.settings.keeps_order() && !put_off.empty()) hold_behind(inputs_, put_off);
}

// True when it is to come again.
bool Line::take_bad_fate(const TransformChain::Fate& fate) {
  Entry& entry = *fate.entry;
  transforms_.forget(entry);
  if (entry.stage != Stage::claimed) return false;
  if (fate.outcome.code == CONNECTOR_REJECTED) {
    transitions_.reject(entry, "TRANSFORMATION", fate.why, LaneCount::rejected_by_transform);
    return false;
  }
  transitions_.retry(entry,
                     {"TRANSFORMATION", fate.why, std::chrono::milliseconds(fate.outcome.retry_after_ms), LaneCount::put_off_by_transform, Blame::record});
  return entry.stage == Stage::claimed;
}

// Of a key nothing is written before what waits of it.
void Line::hold_behind(std::span<Entry* const> inputs, const Entries& waiting) {
  waiting_keys_.clear();
  for (Entry* entry : inputs) {
    if (waiting.contains(entry))
      waiting_keys_.insert(entry->order_key);
    else if (waiting_keys_.contains(entry->order_key))
      transforms_.forget(*entry);
  }
}

// ---- write

// Right before the write: what a frozen process claimed may be another one's by now.
void Line::confirm_claims() {
  claims_.confirm(transforms_.sources(), unconfirmed_);
  if (unconfirmed_.empty()) return;
  for (const Entry* entry : unconfirmed_) transforms_.forget(*entry);
  if (downstream_.settings.keeps_order()) hold_behind(inputs_, Entries(unconfirmed_.begin(), unconfirmed_.end()));
}

void Line::write() {
  if (transforms_.records().empty()) return;
  tracing_.stamp(transforms_.records_to_stamp(), transforms_.sources());
  plugin::Call call(downstream_.settings.write_timeout);
  const auto write = [&](plugin::SinkHandle& sink) { return write_.write(sink, transforms_.records(), call); };
  const auto result = timer_.time(counters_.sink_send, [&] { return downstream_.sink.call(write, Transitions::attempt(transforms_.sources())); });
  if (!result) return transitions_.wait_for_dependency(transforms_.sources());
  tracing_.published(downstream_.settings.sink_name, transforms_.sources(), write_.outcomes(), call, timer_.times());
  take_outcomes(call, *result);
}

// Outputs of one record stand together.
void Line::take_outcomes(const plugin::Call& call, const plugin::CallResult& result) {
  const std::vector<Entry*>& sources = transforms_.sources();
  for (std::size_t first = 0, last = 0; first < sources.size(); first = last) {
    while (last < sources.size() && sources[last] == sources[first]) ++last;
    take_outcome(*sources[first], first, last, call, result);
  }
}

void Line::take_outcome(Entry& entry, std::size_t first, std::size_t last, const plugin::Call& call, const plugin::CallResult& result) {
  std::chrono::milliseconds retry_after = result.retry_after;
  std::size_t unwritten = last;
  const Blame blame_of_call = Transitions::blame(result, transforms_.sources());
  Blame blame = write_.failed_as_a_whole() ? blame_of_call : Blame::record;
  for (std::size_t i = first; i < last; ++i) {
    const connector_outcome& outcome = write_.outcomes()[i];
    if (outcome.code == CONNECTOR_REJECTED) return transitions_.reject(entry, "TASK_PUT", call.reason(i), LaneCount::rejected_by_sink);
    if (outcome.code == CONNECTOR_OK) continue;
    unwritten = i;
    if (outcome.flags & CONNECTOR_MAYBE_DELIVERED) {
      counters_[LaneCount::maybe_delivered].add();
      blame = blame_of_call;  // the sink does not know: it failed for want of an answer
    }
    retry_after = std::max(retry_after, std::chrono::milliseconds(outcome.retry_after_ms));
  }
  if (unwritten != last) {
    const std::string_view why = write_.failed_as_a_whole() ? std::string_view(result.message) : call.reason(unwritten);
    return transitions_.retry(entry, {"TASK_PUT", why, retry_after, LaneCount::put_off_by_sink, blame});
  }
  counters_[LaneCount::written].add(last - first);
  for (std::size_t i = first; i < last; ++i) counters_[LaneCount::written_bytes].add(transforms_.records()[i].value.size);
  transitions_.settle(entry, Verdict::delivered);
  downstream_.last_delivered.store(timer_.times().ended.time_since_epoch().count(), std::memory_order_relaxed);
}

}  // namespace connector_host::pipeline
