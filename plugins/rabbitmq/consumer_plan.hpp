#pragma once
// ConsumerPlan: decides when a channel cancels its consumer and consumes again, and with which
// prefetch.
//
// A prefetch is fixed for the life of a consumer, so a new window needs a new consumer on the same
// channel. Its prefetch is the window less the deliveries that are unsettled when it begins: the
// sum never exceeds the window. The present consumer can use its own prefetch and what earlier
// consumers have unsettled; that shrinks as those are settled. Rules:
//   - cancel at once when the usable part exceeds the window (the window was lowered);
//   - cancel when the usable part is exhausted, and either the window was raised since or less than
//   half of it is usable.
//     At most that half is unsettled then, so the next consumer gets more than half: one correction
//     is enough;
//   - cancel once for each window of at least 64, when the usable part is exhausted after 100 ms
//   and is less than seven eighths: the next
//     consumer begins when an eighth of the window is unsettled, after a second at the latest.
//     Growth leaves the window half used, and half as much in flight means twice as many batches;
//   - consume when at least one delivery fits;
//   - after a cancel by the broker, wait 1 s, then 2 s, 4 s, … 30 s; a consumer that lived for 30 s
//   starts again at 1 s.
// A value without clock and connection: events change it, step returns the next order. One thread;
// owned by Consumer.
#include <chrono>
#include <cstdint>
#include <optional>

#include "plugins/rabbitmq/unsettled_deliveries.hpp"

namespace connector_host_plugins::rabbitmq {

class ConsumerPlan {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds shortest_pause{1}, longest_pause{30};
  static constexpr std::chrono::milliseconds settling_time{100}, longest_drain{1000},
      returning_time{250};
  static constexpr std::uint32_t worth_correcting = 64;

  enum class Action { nothing, consume, cancel };
  struct Order {
    Action action = Action::nothing;
    std::uint32_t prefetch = 0;  // of consume

    bool operator==(const Order&) const = default;
  };
  struct Step;

  explicit ConsumerPlan(std::uint32_t window) : window_(window) {}

  // Events. want: the host takes deliveries, or it has paused the source or closes it.
  void want(bool deliveries) { wanted_ = deliveries; }
  void set_window(std::uint32_t deliveries) { window_ = deliveries; }
  void cancelled_by_broker();
  void cancel_confirmed(Time now);
  void returned();
  // The channel was closed, and the consumer with it, and is open again. A quorum queue learns of
  // it a little later: a consumer that came at once would be given what stands behind the returned
  // messages.
  void channel_reopened(Time now) {
    phase_ = Phase::none;
    not_before_ = now + returning_time;
  }

  // What to send now, and the plan once that is sent.
  Step step(const UnsettledDeliveries& unsettled, Time now) const;

  bool consuming() const { return phase_ == Phase::consuming; }
  bool has_consumer() const { return phase_ != Phase::none; }
  bool awaits_confirmation() const {
    return phase_ == Phase::cancelling || phase_ == Phase::confirming;
  }
  // The broker has cancelled the consumer: what was not handed out is to be returned before
  // anything else.
  bool returning() const { return phase_ == Phase::returning; }
  // When to call step again although nothing happened.
  std::optional<Time> wakes_at() const;

 private:
  enum class Phase {
    none,  // no consumer
    consuming,
    cancelling,
    withdrawn,   // the broker has cancelled the consumer
    confirming,  // … and a basic.cancel is sent, so that basic.cancel-ok marks the end of its
                 // deliveries
    returning
  };

  Order order(const UnsettledDeliveries& unsettled, Time now) const;
  bool may_consume(const UnsettledDeliveries& unsettled, Time now) const;
  bool has_to_cancel(const UnsettledDeliveries& unsettled) const;
  bool has_to_correct(const UnsettledDeliveries& unsettled, Time now) const;

  Phase phase_ = Phase::none;
  bool wanted_ = false;
  std::uint32_t window_;
  std::uint32_t prefetch_ = 0,
                window_then_ =
                    0;  // of the present consumer: its prefetch, and the window when it began
  std::chrono::milliseconds pause_{0};  // the latest one after a cancel by the broker
  Time began_{}, not_before_{};         // of the present consumer and for the next one
  std::uint32_t corrected_ =
      0;               // the window for which a consumer was replaced though it was not raised
  Time drained_by_{};  // the next consumer waits for settled deliveries until then; zero: it does
                       // not
};

struct ConsumerPlan::Step {
  ConsumerPlan plan;
  Order order;
};

}  // namespace connector_host_plugins::rabbitmq
