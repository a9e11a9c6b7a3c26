#include "host/pipeline/dead_letter_stage.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "host/pipeline/dead_letter_record.hpp"

namespace connector_host::pipeline {
namespace {

// Key, value and headers: what a size limit is compared with.
std::uint64_t size_of(const connector_record& record) {
  std::uint64_t size = record.key.size + record.value.size;
  for (std::uint64_t i = 0; i < record.header_count; ++i) size += record.headers[i].name.size + record.headers[i].value.size;
  return size;
}

}  // namespace

DeadLetterStage::DeadLetterStage(Downstream& downstream, Transitions& transitions, LaneTracing& tracing, LaneCounters& counters)
    : downstream_(downstream), transitions_(transitions), tracing_(tracing), counters_(counters), timer_(downstream.world) {}

void DeadLetterStage::run(std::span<Entry* const> batch) {
  transitions_.select(batch, Stage::rejected, selected_);
  if (selected_.empty()) return;
  const bool may_be_set_aside = downstream_.dead_letter || downstream_.settings.tolerate_errors;
  if (may_be_set_aside && is_flood(selected_)) {
    return fail(selected_, "more than " + std::to_string(downstream_.flood_guard->limit()) + " of the latest " +
                               std::to_string(middleware::FloodGuard::window) + " records were rejected, so nothing more is dead-lettered: " +
                               selected_.front()->reason + " (correct what rejects them and restart the connector, or raise errors.max_rejected)");
  }
  if (!downstream_.dead_letter) return without_dead_letter(selected_);
  write(selected_);
  transitions_.select(batch, Stage::rejected, selected_);
  write(selected_);  // those that were too large, truncated
}

// So many are rejected that the configuration is more likely wrong than the records: they stay in their source. A record
// that the source would discard is dead-lettered all the same.
bool DeadLetterStage::is_flood(std::span<Entry* const> rejected) const {
  const middleware::FloodGuard* guard = downstream_.flood_guard;
  if (!guard || guard->admits(rejected.size())) return false;
  return !std::all_of(rejected.begin(), rejected.end(), [](const Entry* entry) { return entry->is_last_chance; });
}

void DeadLetterStage::fail(std::span<Entry* const> rejected, const std::string& why) {
  for (Entry* entry : rejected) transitions_.give_back(*entry);
  downstream_.fail(why);
}

void DeadLetterStage::without_dead_letter(std::span<Entry* const> rejected) {
  if (!downstream_.settings.tolerate_errors) {
    return fail(rejected, "a record was rejected and there is no dead letter: " + rejected.front()->reason +
                              " (configure dead_letter, or errors.tolerance: all to drop such records)");
  }
  for (Entry* entry : rejected) {
    downstream_.set_aside(*entry);
    ++set_aside_;
    counters_[LaneCount::skipped].add();
    transitions_.settle(*entry, Verdict::dropped);
  }
}

void DeadLetterStage::write(std::span<Entry* const> rejected) {
  if (rejected.empty()) return;
  std::vector<DeadLetterRecord> letters;
  std::vector<connector_record> records;
  for (const Entry* entry : rejected) records.push_back(letters.emplace_back(*entry, downstream_.settings).record());
  tracing_.stamp(records, rejected);
  plugin::Call call(downstream_.settings.write_timeout);
  const auto write = [&](plugin::SinkHandle& sink) { return write_.write(sink, records, call); };
  const auto result = timer_.time([&] { return downstream_.dead_letter->call(write, Transitions::attempt(rejected)); });
  if (!result) return transitions_.wait_for_dependency(rejected);
  tracing_.published(downstream_.settings.dead_letter_name, rejected, write_.outcomes(), call, timer_.times());
  const Blame blame = Transitions::blame(*result, rejected);
  for (std::size_t i = 0; i < rejected.size(); ++i) {
    const connector_outcome& outcome = write_.outcomes()[i];
    if (outcome.code == CONNECTOR_REJECTED)
      take_refusal(*rejected[i], records[i], call.reason(i));
    else
      take_outcome(*rejected[i], outcome, call.reason(i), result->retry_after, blame);
  }
}

void DeadLetterStage::take_outcome(Entry& entry, const connector_outcome& outcome, std::string_view why, std::chrono::milliseconds retry_after, Blame blame) {
  if (outcome.code == CONNECTOR_OK) {
    counters_[LaneCount::dead_letter_writes].add();
    downstream_.set_aside(entry);
    ++set_aside_;
    return transitions_.settle(entry, Verdict::dead_lettered);
  }
  counters_[LaneCount::dead_letter_failures].add();
  const auto wait = std::max(retry_after, std::chrono::milliseconds(outcome.retry_after_ms));
  if (!write_.failed_as_a_whole() && !(outcome.flags & CONNECTOR_MAYBE_DELIVERED)) blame = Blame::record;
  transitions_.retry(entry, {"DEAD_LETTER", why, wait, LaneCount::put_off_by_dead_letter, blame});
}

// It stays rejected: truncated, it is written in the same run.
void DeadLetterStage::take_refusal(Entry& entry, const connector_record& letter, std::string_view why) {
  counters_[LaneCount::dead_letter_failures].add();
  Entry* const rejected[] = {&entry};
  const std::string reason = why.empty() ? "the plugin gave no reason" : downstream_.scrub(why);
  if (entry.truncated) return fail(rejected, "the dead letter refused a record even truncated: " + reason);
  const bool is_partial = (entry.record.flags & CONNECTOR_UNREADABLE) != 0;  // the whole record never came, and any publisher can send such
  // Of what the source discards when it is returned, a part is better than nothing.
  if (downstream_.settings.truncate_dead_letters || is_partial || entry.is_last_chance) {
    entry.truncated = true;
    return;
  }
  const DependencyName& name = downstream_.settings.dead_letter_name;
  fail(rejected, "the dead letter (" + name.system + " " + name.destination + ") refused a record of " + std::to_string(size_of(letter)) + " bytes: " + reason +
                     " (raise the dead letter's size limit, or set dead_letter.on_too_large: truncate to keep 4096 bytes of such records)");
}

void DeadLetterStage::report(std::span<Entry* const> batch) {
  const std::uint32_t set_aside = std::exchange(set_aside_, 0);
  if (!downstream_.flood_guard || (set_aside == 0 && downstream_.flood_guard->calm())) return;
  const auto settled =
      std::count_if(batch.begin(), batch.end(), [](const Entry* entry) { return entry->stage == Stage::settled && entry->verdict != Verdict::returned; });
  downstream_.flood_guard->settled(set_aside, std::uint32_t(settled) - set_aside);
}

}  // namespace connector_host::pipeline
