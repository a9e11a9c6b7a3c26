#include "host/pipeline/drain.hpp"

#include <algorithm>
#include <utility>

namespace connector_host::pipeline {

DrainOrders Drain::step(const DrainFacts& facts) {
  if (since_ == world::Time{}) since_ = facts.now;
  if (facts.empty) return {order_, false, false, false};
  const bool lanes_had_a_turn = order_ >= LaneOrder::return_all, leaving = facts.failed || facts.stopping;
  DrainOrders orders = change_to(order_now(facts));
  if (lanes_had_a_turn && leaving) orders.cancel_writes = !std::exchange(writes_cancelled_, true);
  return orders;
}

DrainOrders Drain::end() {
  if (std::exchange(since_, world::Time{}) == world::Time{}) return {order_, false, false, false};
  return change_to(LaneOrder::work);
}

world::Duration Drain::time_left(world::Time now) const {
  if (since_ == world::Time{} || order_ >= LaneOrder::return_all) return world::Duration::max();
  return std::max(since_ + timeout_ - now, world::Duration{});
}

LaneOrder Drain::order_now(const DrainFacts& facts) const {
  const bool leaving = facts.failed || facts.stopping;
  if (leaving && order_ >= LaneOrder::return_all && passed(facts, facts.last_chances > 0 ? 2 : 1)) return LaneOrder::abandon;
  if (facts.holding || passed(facts, 1)) return std::max(order_, LaneOrder::return_all);
  return facts.failed ? LaneOrder::return_waiting : LaneOrder::work;
}

DrainOrders Drain::change_to(LaneOrder order) {
  const bool changed = std::exchange(order_, order) != order;
  return {order, changed, false, changed && order == LaneOrder::abandon};
}

}  // namespace connector_host::pipeline
