#include "host/pipeline/line.hpp"

#include <algorithm>
#include <utility>

#include "connector/view.hpp"
#include "host/pipeline/dead_letter_record.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto dependency_recheck = 1s;  // a lane is woken when a dependency is back; this is only the safety net

std::string reason_or(const plugin::Call& call, std::size_t index, const char* otherwise) {
  const std::string_view why = call.reason(index);
  return std::string(why.empty() ? otherwise : why);
}

}  // namespace

Line::Line(Downstream& downstream, TransformChain& transforms, ClaimLedger& ledger, LaneTracing& tracing, LaneCounters& counters)
    : downstream_(downstream), transforms_(transforms), ledger_(ledger), tracing_(tracing), counters_(counters), backoff_(downstream.settings.retry) {}

void Line::run(std::span<Entry* const> batch) {
  now_ = downstream_.world.now();
  counters_[LaneCount::batches].add();
  take_back_lost_claims(batch);
  claim(batch);
  transform(batch);
  write();
  dead_letter(batch);
  commit(batch);
  release(batch);
  tell_flood_guard(batch);
  transforms_.clear();
  tracing_.finish(batch, now_);
}

// ---- claim

void Line::take_back_lost_claims(std::span<Entry* const> batch) {
  for (Entry* entry : batch) {
    if (!entry->holds_claim || entry->waiting_since == world::Time{} || !ledger_.take_lost(*entry, now_ - downstream_.settings.lease)) continue;
    entry->holds_claim = false;
    if (entry->stage == Stage::claimed) entry->stage = Stage::fresh;
    counters_[LaneCount::claims_lost].add();
  }
}

void Line::claim(std::span<Entry* const> batch) {
  if (!downstream_.dedup) {
    for (Entry* entry : at_stage(batch, Stage::fresh)) entry->stage = Stage::claimed;
    return;
  }
  settle_unsaved(at_stage(batch, Stage::fresh));
  ask_store(at_stage(batch, Stage::fresh));
}

void Line::settle_unsaved(std::span<Entry* const> fresh) {
  if (downstream_.unsaved.empty()) return;
  for (Entry* entry : fresh) {
    if (downstream_.unsaved.contains(entry->id)) settle(*entry, Verdict::duplicate);
  }
}

void Line::ask_store(std::span<Entry* const> fresh) {
  if (fresh.empty()) return;
  const TaskSettings& settings = downstream_.settings;
  fill_ids(fresh);
  states_.assign(fresh.size(), CONNECTOR_CLAIM_HELD);
  const auto result = timed(counters_.dedup_claim, [&] {
    return downstream_.dedup->call(
        [&](plugin::DedupHandle& store) { return store.claim(settings.owner, settings.lease, ids_, states_, settings.dedup_timeout); });
  });
  if (result) tracing_.claimed(fresh, result->ok() ? std::span<const std::uint8_t>(states_) : std::span<const std::uint8_t>(), call_times_);
  if (result && result->ok()) return take_answers(fresh);
  if (settings.bypass_dedup) return go_unchecked(fresh);
  if (!result) return wait_for_dependency(fresh);
  for (Entry* entry : fresh) try_later(*entry, result->retry_after, LaneCount::put_off_by_dedup);
}

void Line::take_answers(std::span<Entry* const> fresh) {
  claimed_.clear();
  const world::Time held_until = now_ + std::max<std::chrono::milliseconds>(downstream_.settings.lease / 20, 20ms);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    Entry& entry = *fresh[i];
    if (states_[i] == CONNECTOR_CLAIM_NEW) {
      entry.stage = Stage::claimed;
      entry.holds_claim = true;
      entry.failures = 0;  // of the store
      claimed_.push_back(&entry);
    } else if (states_[i] == CONNECTOR_CLAIM_DONE) {
      settle(entry, Verdict::duplicate);
      counters_[LaneCount::claims_done].add();
    } else {  // held by another owner: ask again until it is done, free, or its lease is over
      entry.due = held_until;
      counters_[LaneCount::claims_held].add();
    }
  }
  counters_[LaneCount::claims_new].add(claimed_.size());
  ledger_.add(claimed_, now_);
}

void Line::go_unchecked(std::span<Entry* const> fresh) {
  for (Entry* entry : fresh) entry->stage = Stage::claimed;
  counters_[LaneCount::unchecked].add(fresh.size());
}

// ---- transform, write

void Line::transform(std::span<Entry* const> batch) {
  const auto inputs = at_stage(batch, Stage::claimed);
  const auto failure = transforms_.apply(inputs);
  if (failure && !failure->called) return wait_for_dependency(inputs);
  if (failure) {  // each by its own pause, so that one record on which the whole call fails comes to be alone
    for (Entry* entry : inputs) try_later(*entry, failure->retry_after, LaneCount::put_off_by_transform);
    return;
  }
  // What befell one part of a record befalls the record: parts that were dropped do not make up for one that was not OK.
  std::unordered_set<const Entry*> put_off;
  for (const TransformChain::Fate& fate : transforms_.fates()) {
    const bool bad = fate.outcome.code != CONNECTOR_OK && !put_off.contains(fate.entry);
    if (bad && take_bad_fate(fate)) put_off.insert(fate.entry);
  }
  for (const TransformChain::Fate& fate : transforms_.fates()) {
    Entry& entry = *fate.entry;
    const bool dropped = entry.stage == Stage::claimed && !put_off.contains(&entry) && !transforms_.has_output(entry);
    if (dropped) settle(entry, Verdict::dropped);
  }
  if (downstream_.settings.ordered && !put_off.empty()) hold_behind(inputs, put_off);
}

// True when it is to come again.
bool Line::take_bad_fate(const TransformChain::Fate& fate) {
  Entry& entry = *fate.entry;
  transforms_.forget(entry);
  if (entry.stage != Stage::claimed) return false;
  if (fate.outcome.code == CONNECTOR_REJECTED) {
    reject(entry, "TRANSFORMATION", fate.why, LaneCount::rejected_by_transform);
    return false;
  }
  try_later(entry, std::chrono::milliseconds(fate.outcome.retry_after_ms), LaneCount::put_off_by_transform);
  return true;
}

// Of a key nothing is written before what was put off of it.
void Line::hold_behind(std::span<Entry* const> inputs, const std::unordered_set<const Entry*>& put_off) {
  waiting_keys_.clear();
  for (Entry* entry : inputs) {
    if (put_off.contains(entry))
      waiting_keys_.insert(entry->order_key);
    else if (waiting_keys_.contains(entry->order_key))
      transforms_.forget(*entry);
  }
}

void Line::write() {
  if (transforms_.records().empty()) return;
  tracing_.stamp(transforms_.records_to_stamp(), transforms_.sources());
  plugin::Call call(downstream_.settings.write_timeout);
  const auto result = timed(counters_.sink_send,
                            [&] { return downstream_.sink.call([&](plugin::SinkHandle& sink) { return write_call(sink, transforms_.records(), call); }); });
  if (!result) return wait_for_dependency(transforms_.sources());
  tracing_.published(downstream_.settings.sink_name, transforms_.sources(), outcomes_, call, call_times_);
  take_outcomes(call, *result);
}

// What the breaker is to know of a write: a sink that answers "later" for every record is as good as away.
plugin::CallResult Line::write_call(plugin::SinkHandle& sink, std::span<const connector_record> records, plugin::Call& call) {
  outcomes_.resize(records.size());
  plugin::CallResult result = sink.write(records, outcomes_, call);
  if (!result.ok()) return result;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const connector_code code = outcomes_[i].code;
    if (code == CONNECTOR_BAD_CONFIG || code == CONNECTOR_FATAL || code == CONNECTOR_NOT_CONNECTED)
      return {code, 0ms, reason_or(call, i, plugin::name_of(code))};
  }
  const auto is_final = [](const connector_outcome& outcome) { return outcome.code == CONNECTOR_OK || outcome.code == CONNECTOR_REJECTED; };
  if (std::any_of(outcomes_.begin(), outcomes_.end(), is_final)) return result;
  return {CONNECTOR_RETRIABLE, 0ms, reason_or(call, 0, "no record was written")};
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
  bool all_written = true;
  for (std::size_t i = first; i < last; ++i) {
    const connector_outcome& outcome = outcomes_[i];
    if (outcome.code == CONNECTOR_REJECTED) return reject(entry, "TASK_PUT", call.reason(i), LaneCount::rejected_by_sink);
    if (outcome.code == CONNECTOR_OK) continue;
    all_written = false;
    if (outcome.flags & CONNECTOR_MAYBE_DELIVERED) counters_[LaneCount::maybe_delivered].add();
    retry_after = std::max(retry_after, std::chrono::milliseconds(outcome.retry_after_ms));
  }
  if (!all_written) return try_later(entry, retry_after, LaneCount::put_off_by_sink);
  counters_[LaneCount::written].add(last - first);
  for (std::size_t i = first; i < last; ++i) counters_[LaneCount::written_bytes].add(transforms_.records()[i].value.size);
  settle(entry, Verdict::delivered);
}

// ---- dead letters

void Line::dead_letter(std::span<Entry* const> batch) {
  const auto rejected = at_stage(batch, Stage::rejected);
  if (rejected.empty()) return;
  const bool may_be_set_aside = downstream_.dead_letter || downstream_.settings.tolerate_errors;
  if (may_be_set_aside && flood(rejected)) return;
  if (!downstream_.dead_letter) return without_dead_letter(rejected);
  send_dead_letters(rejected);
  send_dead_letters(at_stage(batch, Stage::rejected));  // those that were too large, truncated
}

// So many are rejected that the configuration is more likely wrong than they: they stay where they came from.
bool Line::flood(std::span<Entry* const> rejected) {
  const middleware::FloodGuard* guard = downstream_.flood_guard;
  if (!guard || guard->admits(rejected.size())) return false;
  for (Entry* entry : rejected) entry->due = now_ + 24h;  // it goes back to the source when the task fails
  downstream_.fail("more than " + std::to_string(guard->limit()) + " of the latest " + std::to_string(middleware::FloodGuard::window) +
                   " records were rejected, so nothing more is set aside: " + rejected.front()->reason +
                   " (mend what rejects them and restart it, or raise errors.max_rejected)");
  return true;
}

void Line::without_dead_letter(std::span<Entry* const> rejected) {
  for (Entry* entry : rejected) {
    if (!downstream_.settings.tolerate_errors) {
      entry->due = now_ + 24h;  // it goes back to the source when the task fails
      continue;
    }
    downstream_.set_aside(*entry);
    ++set_aside_now_;
    counters_[LaneCount::skipped].add();
    settle(*entry, Verdict::dropped);
  }
  if (downstream_.settings.tolerate_errors) return;
  downstream_.fail("a record was rejected and there is no dead letter: " + rejected.front()->reason +
                   " (configure dead_letter, or errors.tolerance: all to drop such records)");
}

void Line::send_dead_letters(std::span<Entry* const> rejected) {
  if (rejected.empty()) return;
  std::vector<DeadLetterRecord> letters;
  std::vector<connector_record> records;
  for (const Entry* entry : rejected) records.push_back(letters.emplace_back(*entry, downstream_.settings).record());
  tracing_.stamp(records, rejected);
  plugin::Call call(downstream_.settings.write_timeout);
  const auto result = timed([&] { return downstream_.dead_letter->call([&](plugin::SinkHandle& sink) { return write_call(sink, records, call); }); });
  if (!result) return wait_for_dependency(rejected);
  tracing_.published(downstream_.settings.dead_letter_name, rejected, outcomes_, call, call_times_);
  for (std::size_t i = 0; i < rejected.size(); ++i) take_dead_letter_outcome(*rejected[i], outcomes_[i], call.reason(i), result->retry_after);
}

void Line::take_dead_letter_outcome(Entry& entry, const connector_outcome& outcome, std::string_view why, std::chrono::milliseconds retry_after) {
  if (outcome.code == CONNECTOR_OK) {
    counters_[LaneCount::dead_letter_writes].add();
    downstream_.set_aside(entry);
    ++set_aside_now_;
    return settle(entry, Verdict::dead_lettered);
  }
  counters_[LaneCount::dead_letter_failures].add();
  if (outcome.code != CONNECTOR_REJECTED)
    return try_later(entry, std::max(retry_after, std::chrono::milliseconds(outcome.retry_after_ms)), LaneCount::put_off_by_dead_letter);
  if (!entry.truncated) {
    entry.truncated = true;
    return;
  }
  entry.due = now_ + 24h;
  downstream_.fail("the dead letter refused a record even truncated: " + std::string(why));
}

// ---- commit, release

void Line::commit(std::span<Entry* const> batch) {
  if (!downstream_.dedup) return;
  selected_.clear();
  for (Entry* entry : batch) {
    if (entry->stage == Stage::settled && entry->verdict == Verdict::delivered) selected_.push_back(entry);
  }
  if (selected_.empty()) return;
  fill_ids(selected_);
  const auto result = timed(counters_.dedup_commit, [&] {
    return downstream_.dedup->call([&](plugin::DedupHandle& store) { return store.commit(ids_, downstream_.settings.dedup_timeout); });
  });
  if (result && result->ok()) return;
  for (const Entry* entry : selected_) downstream_.unsaved.add(entry->id);
  counters_[LaneCount::commits_unsaved].add(selected_.size());
  downstream_.save_commits();
}

void Line::release(std::span<Entry* const> batch) {
  selected_.clear();
  for (Entry* entry : batch) {
    const bool gone = entry->verdict == Verdict::dead_lettered || entry->verdict == Verdict::dropped;
    if (entry->stage == Stage::settled && gone && entry->holds_claim) selected_.push_back(entry);
  }
  release_claims(selected_);
}

// Where it fails the claims end with their lease: later, never wrong.
void Line::release_claims(std::span<Entry* const> entries) {
  if (!downstream_.dedup || entries.empty()) return;
  fill_ids(entries);
  timed(counters_.dedup_release, [&] {
    return downstream_.dedup->call(
        [&](plugin::DedupHandle& store) { return store.release(downstream_.settings.owner, ids_, downstream_.settings.dedup_timeout); });
  });
}

void Line::tell_flood_guard(std::span<Entry* const> batch) {
  const std::uint32_t set_aside = std::exchange(set_aside_now_, 0);
  if (!downstream_.flood_guard || (set_aside == 0 && downstream_.flood_guard->calm())) return;
  const auto settled = std::count_if(batch.begin(), batch.end(), [](const Entry* entry) { return entry->stage == Stage::settled; });
  downstream_.flood_guard->settled(set_aside, std::uint32_t(settled) - set_aside);
}

// ---- single records

std::span<Entry* const> Line::at_stage(std::span<Entry* const> batch, Stage stage) {
  selected_.clear();
  waiting_keys_.clear();
  const bool ordered = downstream_.settings.ordered;
  for (Entry* entry : batch) {
    if (entry->stage == Stage::settled) continue;
    const bool waits = entry->due > now_ || (ordered && !waiting_keys_.empty() && waiting_keys_.contains(entry->order_key));
    if (waits && ordered) waiting_keys_.insert(entry->order_key);
    if (!waits && entry->stage == stage) selected_.push_back(entry);
  }
  return selected_;
}

void Line::fill_ids(std::span<Entry* const> entries) {
  ids_.clear();
  for (const Entry* entry : entries) {
    if (entry->has_id()) ids_.push_back(entry->id_view());
  }
}

void Line::settle(Entry& entry, Verdict verdict) {
  entry.stage = Stage::settled;
  entry.verdict = verdict;
}

void Line::reject(Entry& entry, const char* stage, std::string_view why, LaneCount counted_as) {
  entry.stage = Stage::rejected;
  entry.failed_at = stage;
  entry.reason = why.empty() ? "the plugin gave no reason" : downstream_.scrub(why);
  entry.failures = 0;
  counters_[counted_as].add();
  note_error();
}

void Line::try_later(Entry& entry, std::chrono::milliseconds retry_after, LaneCount counted_as) {
  const world::Duration pause = backoff_.delay(++entry.failures, downstream_.world.random());
  entry.due = downstream_.world.now() + std::max<world::Duration>(pause, retry_after);  // the call that failed may have taken long
  entry.waits_for_dependency = false;
  counters_[counted_as].add();
  note_error();
}

void Line::note_error() {
  counters_.last_error.set(std::uint64_t(now_.time_since_epoch().count()));
}

void Line::wait_for_dependency(std::span<Entry* const> entries) {
  for (Entry* entry : entries) {
    entry->due = now_ + dependency_recheck;
    entry->waits_for_dependency = true;
  }
}

}  // namespace connector_host::pipeline
