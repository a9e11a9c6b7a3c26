#include "tests/simulation/crash_census.hpp"

namespace simulation {

CrashCensus& CrashCensus::operator+=(const CrashCensus& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

std::string CrashCensus::text() const {
  constexpr const char* names[] = {
      "taken",     "claimed",   "in a write",   "written without an answer",
      "confirmed", "committed", "dead-lettered"};
  static_assert(std::size(names) == std::size_t(Reached::end));
  std::string text;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(counts_[i]) + ' ' + names[i];
  return text;
}

Reached CrashCensus::reached(const Message& message, const LogModel& log, const StoreModel& store) {
  const std::uint64_t since = message.delivered_at;
  if (log.dead_letter_since(message.value, since)) return Reached::dead_lettered;
  if (store.done_since(message.id, since)) return Reached::committed;
  const bool under_way = log.under_way(message.id);
  if (log.delivered_since(message.id, since))
    return under_way ? Reached::written : Reached::confirmed;
  if (under_way) return Reached::writing;
  return store.claimed_since(message.id, since) ? Reached::claimed : Reached::taken;
}

}  // namespace simulation
