#include "plugins/rabbitmq/stream_ledger.hpp"

#include <algorithm>

namespace connector_host_plugins::rabbitmq {

std::deque<StreamLedger::Entry>::iterator StreamLedger::from(std::uint64_t offset) {
  return std::ranges::lower_bound(entries_, offset, {}, &Entry::offset);
}

void StreamLedger::restart() {
  for (Entry& each : entries_) {
    if (each.state == State::handed_out) each.state = State::returned;
  }
  offsets_.clear();
  drop_unread();
}

std::optional<std::uint64_t> StreamLedger::begin_consumer() {
  rewinds_ = false;
  expected_ = received_;
  const auto returned = std::ranges::find(entries_, State::returned, &Entry::state);
  if (returned != entries_.end()) expected_ = returned->offset;
  return expected_;
}

std::uint64_t StreamLedger::receive(std::uint64_t offset) {
  if (!handed_out_) handed_out_ = offset;
  std::uint64_t removed = 0;
  if (expected_ && *expected_ < offset) {
    for (auto each = from(*expected_); each != entries_.end() && each->offset < offset; ++each) {
      if (each->state != State::returned) continue;
      each->state = State::settled;
      ++removed;
    }
    if (removed > 0) trim();
  }
  expected_ = offset + 1;
  received_ = std::max(received_.value_or(0), offset + 1);
  return removed;
}

bool StreamLedger::is_known(std::uint64_t offset) const {
  if (!handed_out_ || offset >= *handed_out_) return false;
  const auto found = std::ranges::lower_bound(entries_, offset, {}, &Entry::offset);
  return found == entries_.end() || found->offset != offset || found->state != State::returned;
}

std::uint32_t StreamLedger::hand_out(std::uint64_t position, std::uint64_t offset) {
  offsets_.insert_or_assign(position, offset);
  if (const auto found = from(offset); found != entries_.end() && found->offset == offset) {
    found->state = State::handed_out;
    return ++found->deliveries;
  }
  entries_.push_back({offset, 0, State::handed_out});
  handed_out_ = offset + 1;
  return 0;
}

bool StreamLedger::answer(std::uint64_t position, State state) {
  const auto found = offsets_.find(position);
  if (found == offsets_.end()) return false;
  from(found->second)->state = state;
  offsets_.erase(found);
  trim();
  return true;
}

void StreamLedger::trim() {
  while (!entries_.empty() && entries_.front().state == State::settled) entries_.pop_front();
}

}  // namespace connector_host_plugins::rabbitmq
