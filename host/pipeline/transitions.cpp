#include "host/pipeline/transitions.hpp"

#include <algorithm>
#include <string>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto dependency_recheck = 1s;  // a lane is woken when a dependency is available; this is only the safety net
constexpr auto check_time = 5s;

std::string seconds_text(world::Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

void Transitions::select(std::span<Entry* const> batch, Stage stage, std::vector<Entry*>& out) {
  out.clear();
  waiting_keys_.clear();
  for (Entry* entry : batch) {
    if (entry->stage == Stage::settled) continue;
    const bool in_order = keeps_place(*entry);
    const bool waits = entry->due > now_ || (in_order && !waiting_keys_.empty() && waiting_keys_.contains(entry->order_key));
    if (waits && in_order) waiting_keys_.insert(entry->order_key);
    if (!waits && entry->stage == stage) out.push_back(entry);
  }
}

void Transitions::settle(Entry& entry, Verdict verdict) {
  entry.stage = Stage::settled;
  entry.verdict = verdict;
}

void Transitions::reject(Entry& entry, const char* stage, std::string_view why, LaneCount counted_as) {
  entry.stage = Stage::rejected;
  entry.failed_at = stage;
  entry.reason = why.empty() ? "the plugin gave no reason" : downstream_.scrub(why);
  entry.failures = 0;
  entry.failing_since = {};
  entry.is_own_fault = false;
  counters_[counted_as].add();
  note_error();
}

void Transitions::try_later(Entry& entry, std::chrono::milliseconds retry_after, LaneCount counted_as) {
  const world::Duration pause = backoff_.delay(++entry.failures, downstream_.world.random());
  entry.due = downstream_.world.now() + std::max<world::Duration>(pause, retry_after);  // the call that failed may have taken long
  entry.waits_for_dependency = false;
  counters_[counted_as].add();
  note_error();
}

Blame Transitions::blame(const plugin::CallResult& result, std::span<Entry* const> records) {
  const bool alone = !records.empty() && records.front() == records.back();  // what a transform made of one stands together
  return alone && result.code == CONNECTOR_RETRIABLE ? Blame::unclear : Blame::dependency;
}

middleware::Attempt Transitions::attempt(std::span<Entry* const> records) {
  const bool repeats = std::all_of(records.begin(), records.end(), [](const Entry* entry) { return entry->failing_since != world::Time{}; });
  return repeats ? middleware::Attempt::repeat : middleware::Attempt::first;
}

void Transitions::fails_by_itself(Entry& entry, const RecordFailure& failure) {
  const std::uint64_t outages = downstream_.sink.outages();
  if (entry.failing_since == world::Time{} || entry.sink_outages != outages) entry.failing_since = now_;
  entry.sink_outages = outages;
  if (entry.stage == Stage::rejected) return;  // the reason stays that of the rejection
  entry.failed_at = failure.stage;
  entry.reason = failure.why.empty() ? "the plugin gave no reason" : downstream_.scrub(failure.why);
}

void Transitions::retry(Entry& entry, const RecordFailure& failure) {
  entry.is_own_fault = failure.blame == Blame::record && entry.stage != Stage::rejected;
  if (failure.blame != Blame::dependency) fails_by_itself(entry, failure);
  if (retried_for_too_long(entry) && sink_answers()) {
    const std::string why = "retried for " + seconds_text(downstream_.world.now() - entry.failing_since) + " (errors.retry.timeout): " + entry.reason;
    counters_[LaneCount::retries_given_up].add();
    return reject(entry, failure.stage, why, failure.counted_as);
  }
  try_later(entry, failure.retry_after, failure.counted_as);
}

bool Transitions::retried_for_too_long(const Entry& entry) const {
  const auto& limit = downstream_.settings.retry_timeout;
  return limit && entry.is_own_fault && downstream_.world.now() - entry.failing_since >= *limit;
}

bool Transitions::sink_answers() {
  const auto result = downstream_.sink.call([](plugin::SinkHandle& sink) { return sink.check(check_time); });
  return result ? result->ok() : downstream_.sink.reachable();  // its breaker may be open for nothing but this record
}

void Transitions::wait_for_dependency(std::span<Entry* const> entries) {
  for (Entry* entry : entries) {
    entry->due = now_ + dependency_recheck;
    entry->waits_for_dependency = true;
  }
}

// Evidence that the sink is well: it answers, and it took another record since shortly before this one came.
bool Transitions::reject_endangered(Entry& entry) {
  const world::Time delivered{world::Duration(downstream_.last_delivered.load(std::memory_order_relaxed))};
  const bool others_flow = delivered != world::Time{} && delivered >= entry.received - 2 * downstream_.settings.hold_max;
  if (!entry.is_own_fault || !others_flow || !sink_answers()) return false;
  const std::string why = "failed in its delivery " + std::to_string(entry.record.delivery_count + 1) +
                          ", one of the last before the source discards it, while other records were delivered: " + entry.reason;
  reject(entry, entry.failed_at, why, LaneCount::retries_given_up);
  entry.due = now_;
  return true;
}

bool Transitions::reject_last_chance(Entry& entry) {
  if (!downstream_.dead_letter && !downstream_.settings.tolerate_errors) return false;
  if (entry.stage == Stage::rejected) return true;
  const std::string why = "it was delivered " + std::to_string(entry.record.delivery_count + 1) + " times, and the source discards it when it is returned" +
                          (entry.reason.empty() ? "" : ": " + entry.reason);
  reject(entry, *entry.failed_at ? entry.failed_at : "TASK_PUT", why, LaneCount::retries_given_up);
  entry.due = now_;
  return true;
}

void Transitions::note_error() {
  counters_.last_error.set(std::uint64_t(now_.time_since_epoch().count()));
}

}  // namespace connector_host::pipeline
