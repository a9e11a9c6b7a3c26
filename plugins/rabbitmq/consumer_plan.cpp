#include "plugins/rabbitmq/consumer_plan.hpp"

#include <algorithm>

namespace connector_host_plugins::rabbitmq {

void ConsumerPlan::cancelled_by_broker() {
  if (phase_ == Phase::consuming) phase_ = Phase::withdrawn;
  if (phase_ == Phase::cancelling) phase_ = Phase::confirming;
}

void ConsumerPlan::cancel_confirmed(Time now) {
  if (phase_ == Phase::cancelling) phase_ = Phase::none;
  if (phase_ != Phase::confirming) return;
  phase_ = Phase::returning;
  const bool lived_long = now - began_ >= longest_pause;
  pause_ = std::clamp<std::chrono::milliseconds>(lived_long ? shortest_pause : pause_ * 2,
                                                 shortest_pause, longest_pause);
  not_before_ = now + pause_;
}

void ConsumerPlan::returned() {
  if (phase_ == Phase::returning) phase_ = Phase::none;
}

ConsumerPlan::Step ConsumerPlan::step(const UnsettledDeliveries& unsettled, Time now) const {
  Step out{*this, order(unsettled, now)};
  if (now >= not_before_) out.plan.not_before_ = Time();
  if (out.order.action == Action::cancel) {
    const bool corrects = phase_ == Phase::consuming && !has_to_cancel(unsettled);
    out.plan.phase_ = phase_ == Phase::withdrawn ? Phase::confirming : Phase::cancelling;
    out.plan.drained_by_ = corrects ? now + longest_drain : Time();
    if (corrects) out.plan.corrected_ = window_;
  }
  if (out.order.action == Action::consume) {
    out.plan.phase_ = Phase::consuming;
    out.plan.prefetch_ = out.order.prefetch;
    out.plan.window_then_ = window_;
    out.plan.began_ = now;
  }
  return out;
}

std::optional<ConsumerPlan::Time> ConsumerPlan::wakes_at() const {
  const Time due = std::max(not_before_, drained_by_);
  if (phase_ != Phase::none || !wanted_ || due == Time()) return {};
  return due;
}

ConsumerPlan::Order ConsumerPlan::order(const UnsettledDeliveries& unsettled, Time now) const {
  switch (phase_) {
    case Phase::none:
      if (!may_consume(unsettled, now)) return {};
      return {Action::consume, std::uint32_t(window_ - unsettled.total())};
    case Phase::consuming:
      return {has_to_cancel(unsettled) || has_to_correct(unsettled, now) ? Action::cancel
                                                                         : Action::nothing};
    case Phase::withdrawn:
      return {Action::cancel};
    default:
      return {};
  }
}

bool ConsumerPlan::may_consume(const UnsettledDeliveries& unsettled, Time now) const {
  if (!wanted_ || now < not_before_ || unsettled.total() >= window_) return false;
  return now >= drained_by_ || unsettled.total() * 8 <= window_;
}

bool ConsumerPlan::has_to_cancel(const UnsettledDeliveries& unsettled) const {
  const std::uint64_t usable = prefetch_ + unsettled.earlier();
  if (!wanted_ || usable > window_) return true;
  const bool exhausted = unsettled.total() >= usable, raised = window_ > window_then_;
  return exhausted && usable < window_ && (raised || usable * 2 < window_);
}

bool ConsumerPlan::has_to_correct(const UnsettledDeliveries& unsettled, Time now) const {
  const std::uint64_t usable = prefetch_ + unsettled.earlier();
  if (window_ < worth_correcting || corrected_ == window_ || now - began_ < settling_time)
    return false;
  return unsettled.total() >= usable && usable * 8 < std::uint64_t(window_) * 7;
}

}  // namespace connector_host_plugins::rabbitmq
