#include "host/pipeline/in_flight.hpp"

#include <utility>

#include "connector/view.hpp"

namespace connector_host::pipeline {

InFlight::InFlight(std::uint32_t max_records, std::uint64_t max_bytes, Join rule, IntakeCounters& counters)
    : max_records_(max_records), max_bytes_(max_bytes), rule_(rule), counters_(counters), slab_(max_records), ids_(max_records) {
  free_.reserve(max_records);
  for (std::size_t i = slab_.size(); i-- > 0;) free_.push_back(&slab_[i]);
}

InFlight::~InFlight() {
  for (const auto& lease : leases_) {
    if (lease->batch.release) lease->batch.release(&lease->batch);
  }
}

std::uint32_t InFlight::room_records() const {
  return bytes_ < max_bytes_ || records_ == 0 ? max_records_ - records_ : 0;
}

std::uint64_t InFlight::room_bytes() const {
  return bytes_ < max_bytes_ ? max_bytes_ - bytes_ : 1;
}

Lease& InFlight::take(const connector_batch& batch) {
  if (free_leases_.empty()) {
    leases_.push_back(std::make_unique<Lease>());
    free_leases_.push_back(leases_.back().get());
  }
  Lease& lease = *free_leases_.back();
  free_leases_.pop_back();
  lease.batch = batch;
  lease.open_entries = batch.record_count;
  bytes_ += batch.byte_count;
  counters_.in_flight_bytes.set(bytes_);
  if (batch.record_count == 0) {
    lease.open_entries = 1;
    let_go(&lease);
  }
  return lease;
}

Entry& InFlight::admit(Lease& lease, const connector_record& record, world::Time now) {
  Entry& entry = *free_.back();
  free_.pop_back();
  entry.record = record;
  entry.arrived = record.value;
  entry.lease = &lease;
  entry.received = now;
  entry.in_use = true;
  ++records_;
  return entry;
}

Entry* InFlight::join(Entry& entry) {
  if (!entry.has_id()) return nullptr;
  Entry* const first = joinable(entry);
  if (!first) {
    ids_.insert(entry);
    return nullptr;
  }
  Entry& last = first->last_joined ? *first->last_joined : *first;
  last.joined = first->last_joined = &entry;
  return first;
}

Entry* InFlight::joinable(const Entry& entry) const {
  Entry* first = ids_.find(entry);
  if (rule_ == Join::same_id || !first) return first;
  if (!(entry.record.flags & CONNECTOR_REDELIVERED)) return nullptr;
  while (first && connector::text(first->arrived) != connector::text(entry.arrived)) first = ids_.find_next(entry, *first);
  return first;
}

void InFlight::charge_decoded(const Entry& entry) {
  if (!entry.decoded) return;
  decoded_bytes_ += entry.decoded->bytes();
  bytes_ += entry.decoded->bytes();
  counters_.in_flight_bytes.set(bytes_);
}

void InFlight::detach(Entry& entry) {
  if (!entry.lease) return;
  entry.arrived = entry.record.value;  // in the copy, which the lane does not touch any more
  let_go(entry.lease);
  entry.lease = nullptr;
  entry.copy_bytes = entry.copy.size();
  bytes_ += entry.copy_bytes;
  counters_.in_flight_bytes.set(bytes_);
}

Entry* InFlight::finish(Entry& entry, std::vector<std::uint64_t>& acks, std::vector<std::uint64_t>& nacks) {
  const Verdict verdict = entry.verdict;
  std::vector<std::uint64_t>& answers = verdict == Verdict::returned ? nacks : acks;
  if (entry.has_id()) ids_.erase(entry);
  Entry *next = entry.joined, *const last = entry.last_joined;
  answers.push_back(entry.record.position);
  count(verdict);
  free_entry(entry);
  while (next && shares_verdict(verdict)) {
    Entry& each = *std::exchange(next, next->joined);
    answers.push_back(each.record.position);
    count(verdict == Verdict::returned ? verdict : Verdict::duplicate);
    free_entry(each);
  }
  counters_.in_flight_bytes.set(bytes_);
  if (!next) return nullptr;
  next->last_joined = next != last ? last : nullptr;
  ids_.insert(*next);
  return next;
}

void InFlight::let_go(Lease* lease) {
  if (--lease->open_entries > 0) return;
  bytes_ -= lease->batch.byte_count;
  counters_.in_flight_bytes.set(bytes_);
  if (lease->batch.release) lease->batch.release(&lease->batch);
  lease->batch = {};
  free_leases_.push_back(lease);
}

void InFlight::free_entry(Entry& entry) {
  if (entry.lease) let_go(entry.lease);
  bytes_ -= entry.copy_bytes;
  if (entry.decoded) {
    bytes_ -= entry.decoded->bytes();
    decoded_bytes_ -= entry.decoded->bytes();
  }
  std::string id = std::move(entry.id);  // keeps its memory for the next record
  id.clear();
  entry = Entry{};
  entry.id = std::move(id);
  free_.push_back(&entry);
  --records_;
}

void InFlight::count(Verdict verdict) {
  switch (verdict) {
    case Verdict::delivered:
      return counters_[IntakeCount::delivered].add();
    case Verdict::duplicate:
      return counters_[IntakeCount::duplicate].add();
    case Verdict::dead_lettered:
      return counters_[IntakeCount::dead_lettered].add();
    case Verdict::dropped:
      return counters_[IntakeCount::dropped].add();
    case Verdict::returned:
      return counters_[IntakeCount::returned].add();
  }
}

}  // namespace connector_host::pipeline
