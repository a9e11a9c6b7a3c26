#include "host/pipeline/hold.hpp"

#include <algorithm>

namespace connector_host::pipeline {

void Hold::step(const HoldFacts& facts) {
  if (on_) {
    on_ = !facts.empty || facts.now < until_ || !facts.ready;
    if (!on_) ready_at_ = facts.now;
    return;
  }
  if (facts.ready || !facts.takes) ready_at_ = facts.now;
  if (facts.empty) {  // nothing to return, but what the source has fetched ahead is withheld from other consumers
    if (facts.now - ready_at_ > hold_max_) begin(facts.now);
    return;
  }
  if (facts.now - facts.last_progress <= hold_max_) return;
  begin(attempts_ == 0 ? facts.now : facts.now + hold_max_ * (1 << std::min(attempts_, most_doublings)));
  ++attempts_;
}

}  // namespace connector_host::pipeline
