#include "plugins/file/line_ledger.hpp"

#include <algorithm>
#include <utility>

namespace connector_host_plugins::file {

using State = LineLedger::Entry::State;

const LineLedger::Entry& LineLedger::add(Entry entry) {
  entry.number = next_number_++;
  return entries_.emplace_back(std::move(entry));
}

std::vector<LineLedger::Entry>::iterator LineLedger::at(std::uint64_t number) {
  const auto first = entries_.begin() + std::ptrdiff_t(head_);
  return std::lower_bound(first, entries_.end(), number,
                          [](const Entry& entry, std::uint64_t n) { return entry.number < n; });
}

LineLedger::Entry* LineLedger::find(std::uint64_t position) {
  if (position >> number_bits != epoch_) return nullptr;
  const std::uint64_t number = position & number_mask;
  const auto found = at(number);
  return found != entries_.end() && found->number == number && found->state == State::handed_out
             ? &*found
             : nullptr;
}

bool LineLedger::settle(std::uint64_t position) {
  Entry* const entry = find(position);
  if (entry) forget(*entry);
  return entry != nullptr;
}

void LineLedger::forget(Entry& entry) {
  entry.state = State::settled;
  entry.text.clear();
  ++settled_;
  trim();
}

bool LineLedger::requeue(std::uint64_t position) {
  Entry* const entry = find(position);
  if (!entry) return false;
  entry->state = State::waiting;
  waiting_.insert(entry->number);
  return true;
}

LineLedger::Entry* LineLedger::take_waiting() {
  if (waiting_.empty()) return nullptr;
  Entry& entry = *at(*waiting_.begin());
  waiting_.erase(waiting_.begin());
  entry.state = State::handed_out;
  ++entry.deliveries;
  return &entry;
}

// Drops the settled prefix, and settled lines behind an old one once they are most of what is kept:
// each costs a move of fewer lines than were settled since the last time.
void LineLedger::trim() {
  for (; head_ < entries_.size() && entries_[head_].state == State::settled; ++head_) --settled_;
  const bool mostly_done = settled_ > 1024 && settled_ * 2 > entries_.size() - head_;
  if (!mostly_done && head_ * 2 < entries_.size()) return;
  if (!mostly_done && head_ < 1024 && head_ != entries_.size()) return;
  std::erase_if(entries_, [](const Entry& entry) { return entry.state == State::settled; });
  head_ = settled_ = 0;
}

void LineLedger::next_epoch() {
  epoch_ = (epoch_ + 1) & ((std::uint64_t(1) << (64 - number_bits)) - 1);
}

void LineLedger::restart_empty() {
  next_epoch();
  entries_.clear();
  waiting_.clear();
  head_ = settled_ = 0;
}

void LineLedger::restart_waiting() {
  next_epoch();
  for (std::size_t i = head_; i < entries_.size(); ++i) {
    if (entries_[i].state != State::handed_out) continue;
    entries_[i].state = State::waiting;
    waiting_.insert(entries_[i].number);
  }
}

}  // namespace connector_host_plugins::file
