#include "host/pipeline/answers.hpp"

#include <chrono>

#include "host/pipeline/in_flight.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto call_time = 5s;

}  // namespace

// Records of one poll came at one time, so there is about one age for each batch.
void Answers::note_age(const Entry& entry) {
  if (entry.verdict == Verdict::returned) return;
  for (const Entry* each = &entry; each; each = InFlight::shares_verdict(entry.verdict) ? each->joined : nullptr) {
    if (ages_.empty() || ages_.back().received != each->received) ages_.push_back({each->received, 0});
    ++ages_.back().records;
  }
}

bool Answers::send() {
  const bool open = connection_.is_open(), put_back = open && !nacks_.empty();
  if (open) {
    const bool acked = acks_.empty() || connection_.answered(connection_.source().ack(acks_, call_time));
    const bool nacked = acked && (nacks_.empty() || connection_.answered(connection_.source().nack(nacks_, true, call_time)));
    if (nacked) counters_[IntakeCount::requeued].add(nacks_.size());
    if (acked) count_acks();
  }
  acks_.clear();
  nacks_.clear();
  ages_.clear();
  return put_back;
}

void Answers::count_acks() const {
  if (!acks_.empty()) counters_[IntakeCount::ack_calls].add();
  counters_[IntakeCount::acked].add(acks_.size());
  if (ages_.empty()) return;
  const world::Time now = world_.now();
  for (const Age& each : ages_) counters_.end_to_end.observe(std::chrono::duration<double>(now - each.received).count(), each.records);
}

}  // namespace connector_host::pipeline
