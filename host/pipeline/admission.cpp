#include "host/pipeline/admission.hpp"

namespace connector_host::pipeline {

void Admission::add(Entry& entry, world::Time now) {
  if (waiting_.empty() && in_flight_.may_decode())
    place(entry, now);
  else
    waiting_.push_back(&entry);
}

void Admission::resume(world::Time now) {
  for (; !waiting_.empty() && in_flight_.may_decode(); waiting_.pop_front()) place(*waiting_.front(), now);
}

void Admission::take_waiting(std::vector<Entry*>& out, world::Time now) {
  for (Entry* entry : waiting_) {
    if (entry->is_last_chance) {
      place(*entry, now);
      continue;
    }
    distributor_.pass_over(*entry);
    out.push_back(entry);
  }
  waiting_.clear();
}

void Admission::place(Entry& entry, world::Time now) {
  const bool has_id = identifier_.identify(entry);
  in_flight_.charge_decoded(entry);
  if (has_id && in_flight_.join(entry)) {
    counters_[IntakeCount::joined].add();
  } else if (!returned_keys_.empty() && returned_keys_.goes_back(entry, now)) {
    distributor_.pass_over(entry);
    passed_over_.push_back(&entry);
  } else {
    distributor_.add(entry);
  }
}

}  // namespace connector_host::pipeline
