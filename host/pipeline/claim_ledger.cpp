#include "host/pipeline/claim_ledger.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace connector_host::pipeline {

void ClaimLedger::add(std::span<Entry* const> claimed, world::Time now) {
  std::lock_guard lock(mutex_);
  for (Entry* entry : claimed) {
    entry->claimed_at = now;
    entry->claim_lost = false;
    held_.push_back(entry);
  }
}

void ClaimLedger::keep_only(std::span<Entry* const> still_held) {
  std::lock_guard lock(mutex_);
  held_.assign(still_held.begin(), still_held.end());
}

bool ClaimLedger::take_lost(Entry& entry, world::Time since) {
  std::lock_guard lock(mutex_);
  const bool told = std::exchange(entry.claim_lost, false);
  if (!told && entry.claimed_at > since) return false;
  std::erase(held_, &entry);
  return true;
}

void ClaimLedger::collect_doubtful(std::span<Entry* const> entries, world::Time since, std::vector<Entry*>& doubtful) const {
  doubtful.clear();
  std::lock_guard lock(mutex_);
  for (Entry* entry : entries) {
    const bool is_doubtful = entry->holds_claim && (entry->claim_lost || entry->claimed_at < since);
    if (is_doubtful && (doubtful.empty() || doubtful.back() != entry)) doubtful.push_back(entry);  // outputs of one record stand together
  }
}

void ClaimLedger::confirmed(std::span<Entry* const> kept, std::span<Entry* const> lost, world::Time now) {
  std::lock_guard lock(mutex_);
  for (Entry* entry : kept) {
    entry->claimed_at = now;
    entry->claim_lost = false;
  }
  for (Entry* entry : lost) {
    entry->claim_lost = false;
    std::erase(held_, entry);
  }
}

void ClaimLedger::collect(world::Time before, std::vector<std::string>& ids) const {
  std::lock_guard lock(mutex_);
  for (const Entry* entry : held_) {
    if (entry->claimed_at < before && !entry->claim_lost) ids.push_back(entry->id);
  }
}

// By id and not by pointer: meanwhile an entry may serve another record.
void ClaimLedger::apply(const std::vector<std::string>& ids, std::span<const std::uint8_t> states, world::Time now) {
  std::unordered_map<std::string_view, std::uint8_t> answers;
  for (std::size_t i = 0; i < ids.size(); ++i) answers.emplace(ids[i], states[i]);
  std::lock_guard lock(mutex_);
  for (Entry* entry : held_) {
    const auto answer = answers.find(entry->id);
    if (answer == answers.end()) continue;
    if (answer->second == CONNECTOR_CLAIM_NEW)
      entry->claimed_at = now;
    else
      entry->claim_lost = true;  // also one that is done: another owner has delivered it
  }
}

}  // namespace connector_host::pipeline
