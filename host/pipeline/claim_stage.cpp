#include "host/pipeline/claim_stage.hpp"

#include <algorithm>
#include <optional>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

}  // namespace

ClaimStage::ClaimStage(Downstream& downstream, ClaimLedger& ledger, Transitions& transitions, LaneTracing& tracing, LaneCounters& counters)
    : downstream_(downstream), ledger_(ledger), transitions_(transitions), tracing_(tracing), counters_(counters), timer_(downstream.world) {}

void ClaimStage::claim(std::span<Entry* const> batch) {
  take_back_lost_claims(batch);
  transitions_.select(batch, Stage::fresh, selected_);
  if (!downstream_.dedup) {
    for (Entry* entry : selected_) entry->stage = Stage::claimed;
    return;
  }
  settle_unsaved(selected_);
  transitions_.select(batch, Stage::fresh, selected_);
  ask_store(selected_);
}

void ClaimStage::take_back_lost_claims(std::span<Entry* const> batch) {
  for (Entry* entry : batch) {
    const bool waited = entry->holds_claim && entry->waiting_since != world::Time{};
    if (!waited || !ledger_.take_lost(*entry, transitions_.now() - downstream_.settings.lease)) continue;
    entry->holds_claim = false;
    if (entry->stage == Stage::claimed) entry->stage = Stage::fresh;
    counters_[LaneCount::claims_lost].add();
  }
}

void ClaimStage::settle_unsaved(std::span<Entry* const> fresh) {
  if (downstream_.unsaved.empty()) return;
  for (Entry* entry : fresh) {
    if (downstream_.unsaved.contains(entry->id)) transitions_.settle(*entry, Verdict::duplicate);
  }
}

void ClaimStage::ask_store(std::span<Entry* const> fresh) {
  if (fresh.empty()) return;
  const TaskSettings& settings = downstream_.settings;
  fill_ids(fresh);
  states_.assign(fresh.size(), CONNECTOR_CLAIM_HELD);
  const auto result = timer_.time(counters_.dedup_claim, [&] {
    const auto claim = [&](plugin::DedupHandle& store) { return store.claim(settings.owner, settings.lease, ids_, states_, settings.dedup_timeout); };
    return downstream_.dedup->call(claim, Transitions::attempt(fresh));
  });
  if (result) tracing_.claimed(fresh, result->ok() ? std::span<const std::uint8_t>(states_) : std::span<const std::uint8_t>(), timer_.times());
  if (result && result->ok()) return take_answers(fresh);
  if (settings.bypass_dedup) return go_unchecked(fresh);
  if (!result) return transitions_.wait_for_dependency(fresh);
  retry(fresh, *result);
}

void ClaimStage::retry(std::span<Entry* const> entries, const plugin::CallResult& result) {
  const Blame blame = Transitions::blame(result, entries);
  for (Entry* entry : entries) transitions_.retry(*entry, {"TASK_PUT", result.message, result.retry_after, LaneCount::put_off_by_dedup, blame});
}

void ClaimStage::take_answers(std::span<Entry* const> fresh) {
  claimed_.clear();
  const world::Time held_until = transitions_.now() + std::max<std::chrono::milliseconds>(downstream_.settings.lease / 20, 20ms);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    Entry& entry = *fresh[i];
    if (states_[i] == CONNECTOR_CLAIM_NEW) {
      entry.stage = Stage::claimed;
      entry.holds_claim = true;
      entry.failures = 0;  // of the store
      claimed_.push_back(&entry);
    } else if (states_[i] == CONNECTOR_CLAIM_DONE) {
      transitions_.settle(entry, Verdict::duplicate);
      counters_[LaneCount::claims_done].add();
    } else {  // held by another owner: ask again until it is done, free, or its lease is over
      entry.due = held_until;
      entry.waits_for_dependency = false;
      counters_[LaneCount::claims_held].add();
    }
  }
  counters_[LaneCount::claims_new].add(claimed_.size());
  ledger_.add(claimed_, transitions_.now());
}

void ClaimStage::go_unchecked(std::span<Entry* const> fresh) {
  for (Entry* entry : fresh) entry->stage = Stage::claimed;
  counters_[LaneCount::unchecked].add(fresh.size());
}

// ---- before the write

void ClaimStage::confirm(std::span<Entry* const> entries, std::vector<Entry*>& unconfirmed) {
  unconfirmed.clear();
  if (!downstream_.dedup) return;
  const TaskSettings& settings = downstream_.settings;
  ledger_.collect_doubtful(entries, downstream_.world.now() - settings.lease / 3, selected_);
  if (selected_.empty()) return;
  fill_ids(selected_);
  std::optional<plugin::CallResult> result;
  do {  // an answer that took so long itself proves nothing
    states_.assign(selected_.size(), CONNECTOR_CLAIM_LOST);
    result = timer_.time([&] {
      const auto renew = [&](plugin::DedupHandle& store) { return store.renew(settings.owner, settings.lease, ids_, states_, settings.dedup_timeout); };
      return downstream_.dedup->call(renew, Transitions::attempt(selected_));
    });
  } while (result && result->ok() && timer_.times().ended - timer_.times().begun > settings.lease / 3);
  if (result && result->ok()) return take_confirmations(selected_, unconfirmed);
  if (settings.bypass_dedup) return;
  unconfirmed = selected_;
  if (!result) return transitions_.wait_for_dependency(unconfirmed);
  retry(unconfirmed, *result);
}

void ClaimStage::take_confirmations(std::span<Entry* const> asked, std::vector<Entry*>& unconfirmed) {
  claimed_.clear();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Entry& entry = *asked[i];
    if (states_[i] == CONNECTOR_CLAIM_NEW) {
      claimed_.push_back(&entry);
      continue;
    }
    unconfirmed.push_back(&entry);
    entry.holds_claim = false;
    if (states_[i] == CONNECTOR_CLAIM_DONE) {
      transitions_.settle(entry, Verdict::duplicate);
      counters_[LaneCount::claims_done].add();
    } else {  // claimed anew in the next batch
      entry.stage = Stage::fresh;
      counters_[LaneCount::claims_lost].add();
    }
  }
  ledger_.confirmed(claimed_, unconfirmed, transitions_.now());
}

// ---- after the write

void ClaimStage::commit(std::span<Entry* const> batch) {
  if (!downstream_.dedup) return;
  selected_.clear();
  for (Entry* entry : batch) {
    if (entry->stage == Stage::settled && entry->verdict == Verdict::delivered) selected_.push_back(entry);
  }
  if (selected_.empty()) return;
  fill_ids(selected_);
  const auto result = timer_.time(counters_.dedup_commit, [&] {
    return downstream_.dedup->call([&](plugin::DedupHandle& store) { return store.commit(ids_, downstream_.settings.dedup_timeout); });
  });
  if (result && result->ok()) return;
  for (const Entry* entry : selected_) downstream_.unsaved.add(entry->id);
  counters_[LaneCount::commits_unsaved].add(selected_.size());
  downstream_.save_commits();
}

void ClaimStage::release(std::span<Entry* const> batch) {
  selected_.clear();
  for (Entry* entry : batch) {
    const bool undelivered = entry->verdict != Verdict::delivered && entry->verdict != Verdict::duplicate;
    if (entry->stage == Stage::settled && undelivered && entry->holds_claim) selected_.push_back(entry);
  }
  release_claims(selected_);
}

// Where it fails the claims end with their lease: later, never wrong.
void ClaimStage::release_claims(std::span<Entry* const> entries) {
  if (!downstream_.dedup || entries.empty()) return;
  fill_ids(entries);
  timer_.time(counters_.dedup_release, [&] {
    return downstream_.dedup->call(
        [&](plugin::DedupHandle& store) { return store.release(downstream_.settings.owner, ids_, downstream_.settings.dedup_timeout); });
  });
}

void ClaimStage::fill_ids(std::span<Entry* const> entries) {
  ids_.clear();
  for (const Entry* entry : entries) {
    if (entry->has_id()) ids_.push_back(entry->id_view());
  }
}

}  // namespace connector_host::pipeline
