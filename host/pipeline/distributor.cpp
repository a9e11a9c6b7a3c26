#include "host/pipeline/distributor.hpp"

#include <utility>

namespace connector_host::pipeline {

Distributor::Distributor(std::uint32_t lanes, Give give, Note note, world::World& world, IntakeCounters& counters)
    : give_(std::move(give)), counters_(counters), suspects_(std::move(note), world), staged_(lanes) {}

void Distributor::add(Entry& entry) {
  entry.lane = std::uint32_t(entry.order_key % staged_.size());
  if (suspects_.guilty(entry)) {
    entry.stage = Stage::rejected;
    entry.failed_at = "TASK_PUT";
    entry.reason = "the process ended " + std::to_string(Suspects::deaths) + " times while it worked on this record alone";
    counters_[IntakeCount::guilty].add();
    counters_.last_error.set(std::uint64_t(entry.received.time_since_epoch().count()));
  }
  if (holds_back() || Suspects::is_one(entry))
    held_back_.push_back(&entry);
  else
    stage(entry);
}

void Distributor::hand_out() {
  give_staged();
  if (!held_back_.empty()) let_suspects_go();
}

void Distributor::settled(const Entry& entry) {
  --in_lanes_;
  if (&entry != alone_) return;
  alone_ = nullptr;
  const bool another_follows = !held_back_.empty() && Suspects::is_one(*held_back_.front());
  suspects_.ended(entry, !another_follows);
}

void Distributor::take_held_back(std::vector<Entry*>& out) {
  out.assign(held_back_.begin(), held_back_.end());
  in_lanes_ += held_back_.size();  // they are settled as if a lane had had them
  held_back_.clear();
}

void Distributor::stage(Entry& entry) {
  staged_[entry.lane].push_back(&entry);
}

void Distributor::let_suspects_go() {
  while (!held_back_.empty() && !alone_) {
    Entry& next = *held_back_.front();
    const bool suspect = Suspects::is_one(next);
    if (suspect && in_lanes_ > 0) return;
    held_back_.pop_front();
    stage(next);
    if (suspect) {
      alone_ = &next;
      counters_[IntakeCount::suspects].add();
      suspects_.begins(next);
    }
    give_staged();
  }
}

void Distributor::give_staged() {
  for (std::uint32_t lane = 0; lane < staged_.size(); ++lane) {
    if (staged_[lane].empty()) continue;
    in_lanes_ += staged_[lane].size();
    give_(lane, staged_[lane]);
    staged_[lane].clear();
  }
}

}  // namespace connector_host::pipeline
