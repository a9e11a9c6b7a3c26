// ConsumerPlan and UnsettledDeliveries: which consumer follows which, without a broker.
#include "plugins/rabbitmq/consumer_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>

namespace {

using connector_host_plugins::rabbitmq::ConsumerPlan;
using connector_host_plugins::rabbitmq::UnsettledDeliveries;
using Action = ConsumerPlan::Action;
using Order = ConsumerPlan::Order;
using std::chrono::seconds;

const ConsumerPlan::Time plan_start = ConsumerPlan::Time() + seconds(1000);

// So many unsettled deliveries of earlier consumers and of the present one.
UnsettledDeliveries unsettled(std::uint64_t earlier, std::uint64_t present) {
  UnsettledDeliveries out;
  for (std::uint64_t i = 0; i < earlier; ++i) out.deliver();
  out.begin_consumer();
  for (std::uint64_t i = 0; i < present; ++i) out.deliver();
  return out;
}

// Takes the step, and returns what it orders.
Order step_of(ConsumerPlan& plan, const UnsettledDeliveries& deliveries,
              ConsumerPlan::Time now = plan_start) {
  const auto [next, order] = plan.step(deliveries, now);
  plan = next;
  return order;
}

TEST(ConsumerPlan, Consumes_only_while_deliveries_are_wanted_and_one_fits) {
  ConsumerPlan plan(4);
  EXPECT_EQ(step_of(plan, unsettled(0, 0)).action, Action::nothing) << "nobody wants deliveries";
  plan.want(true);
  EXPECT_EQ(step_of(plan, unsettled(4, 0)).action, Action::nothing) << "the window is full";
  EXPECT_EQ(step_of(plan, unsettled(3, 0)), (Order{Action::consume, 1}));
  EXPECT_TRUE(plan.consuming());
}

TEST(ConsumerPlan,
     After_the_channel_was_opened_anew_it_gives_the_queue_time_to_take_back_its_messages) {
  ConsumerPlan plan(4);
  plan.want(true);
  step_of(plan, unsettled(0, 0));
  plan.channel_reopened(plan_start);
  EXPECT_FALSE(plan.has_consumer());
  EXPECT_EQ(step_of(plan, unsettled(0, 0)).action, Action::nothing);
  EXPECT_EQ(plan.wakes_at(), plan_start + ConsumerPlan::returning_time);
  EXPECT_EQ(step_of(plan, unsettled(0, 0), plan_start + ConsumerPlan::returning_time),
            (Order{Action::consume, 4}));
}

// A consumer that began with this window and so many unsettled deliveries; then the window of now,
// and what is unsettled.
struct PlanRow {
  const char* name;
  std::uint32_t window_then;
  std::uint64_t unsettled_then;
  std::uint32_t window_now;
  std::uint64_t earlier, present;
  Action wanted;
};
std::ostream& operator<<(std::ostream& out, const PlanRow& row) {
  return out << row.name;
}

class ConsumerPlanTable : public testing::TestWithParam<PlanRow> {};

TEST_P(ConsumerPlanTable, Orders) {
  const PlanRow& row = GetParam();
  ConsumerPlan plan(row.window_then);
  plan.want(true);
  ASSERT_EQ(step_of(plan, unsettled(row.unsettled_then, 0)),
            (Order{Action::consume, std::uint32_t(row.window_then - row.unsettled_then)}));
  plan.set_window(row.window_now);
  EXPECT_EQ(step_of(plan, unsettled(row.earlier, row.present)).action, row.wanted);
  EXPECT_EQ(step_of(plan, unsettled(row.earlier, row.present)).action, Action::nothing)
      << "an order is given once";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ConsumerPlanTable,
    testing::Values(
        PlanRow{"same_window_and_exhausted", 4, 0, 4, 0, 4, Action::nothing},                   //
        PlanRow{"raised_and_idle", 1, 0, 8, 0, 0, Action::nothing},                             //
        PlanRow{"raised_and_exhausted", 1, 0, 8, 0, 1, Action::cancel},                         //
        PlanRow{"raised_and_exhausted_with_earlier_ones", 4, 2, 8, 2, 2, Action::cancel},       //
        PlanRow{"raised_and_not_exhausted_any_more", 4, 2, 8, 1, 1, Action::nothing},           //
        PlanRow{"raised_by_one", 4, 0, 5, 0, 4, Action::cancel},                                //
        PlanRow{"half_is_usable", 8, 4, 8, 0, 4, Action::nothing},                              //
        PlanRow{"less_than_half_is_usable", 8, 5, 8, 0, 3, Action::cancel},                     //
        PlanRow{"less_than_half_is_usable_and_not_exhausted", 8, 5, 8, 0, 2, Action::nothing},  //
        PlanRow{"lowered_below_the_usable_part", 8, 0, 4, 0, 0, Action::cancel},                //
        PlanRow{"lowered_and_earlier_ones_are_too_many", 8, 4, 4, 1, 0, Action::cancel},        //
        PlanRow{"lowered_to_the_usable_part", 8, 4, 4, 0, 4, Action::nothing},                  //
        PlanRow{"lowered_above_the_usable_part", 8, 5, 4, 0, 1, Action::nothing}),              //
    [](const auto& row) { return std::string(row.param.name); });

TEST(ConsumerPlan, Consumes_again_after_the_cancel_is_confirmed) {
  ConsumerPlan plan(1);
  plan.want(true);
  ASSERT_EQ(step_of(plan, unsettled(0, 0)), (Order{Action::consume, 1}));
  plan.set_window(8);
  ASSERT_EQ(step_of(plan, unsettled(0, 1)).action, Action::cancel);
  EXPECT_TRUE(plan.awaits_confirmation());
  plan.set_window(6);
  EXPECT_EQ(step_of(plan, unsettled(0, 1)).action, Action::nothing);
  plan.cancel_confirmed(plan_start);
  EXPECT_FALSE(plan.awaits_confirmation());
  EXPECT_FALSE(plan.returning());
  EXPECT_EQ(step_of(plan, unsettled(0, 1)), (Order{Action::consume, 5}));
}

TEST(ConsumerPlan, Cancels_when_deliveries_are_not_wanted_any_more) {
  ConsumerPlan plan(8);
  plan.want(true);
  step_of(plan, unsettled(0, 0));
  plan.want(false);
  EXPECT_EQ(step_of(plan, unsettled(0, 3)).action, Action::cancel);
  plan.cancel_confirmed(plan_start);
  EXPECT_EQ(step_of(plan, unsettled(0, 3)).action, Action::nothing);
  plan.want(true);
  EXPECT_EQ(step_of(plan, unsettled(0, 3)), (Order{Action::consume, 5}));
}

// A consumer that began while half of the window was unsettled, for so long ago; those are settled,
// its own half is not.
struct HalfUsed {
  static constexpr auto after_growth = plan_start + ConsumerPlan::settling_time;
  ConsumerPlan plan{128};
  HalfUsed() {
    plan.want(true);
    EXPECT_EQ(step_of(plan, unsettled(64, 0)), (Order{Action::consume, 64}));
  }
};

TEST(ConsumerPlan, A_consumer_with_half_of_the_window_is_replaced_once_the_window_grows_no_more) {
  HalfUsed half;
  const auto now = half.after_growth;
  EXPECT_EQ(step_of(half.plan, unsettled(0, 64), now - std::chrono::milliseconds(1)).action,
            Action::nothing)
      << "it may be raised yet";
  EXPECT_EQ(step_of(half.plan, unsettled(0, 63), now).action, Action::nothing)
      << "nothing waits for it";
  EXPECT_EQ(step_of(half.plan, unsettled(0, 64), now).action, Action::cancel);
  half.plan.cancel_confirmed(now);
  EXPECT_EQ(step_of(half.plan, unsettled(17, 0), now).action, Action::nothing);
  EXPECT_EQ(half.plan.wakes_at(), now + ConsumerPlan::longest_drain);
  EXPECT_EQ(step_of(half.plan, unsettled(16, 0), now), (Order{Action::consume, 112}))
      << "an eighth is unsettled";
}

TEST(ConsumerPlan,
     A_replacement_waits_for_settled_deliveries_not_for_ever_and_is_tried_once_for_a_window) {
  HalfUsed half;
  ASSERT_EQ(step_of(half.plan, unsettled(0, 64), half.after_growth).action, Action::cancel);
  half.plan.cancel_confirmed(half.after_growth);
  const auto later = half.after_growth + ConsumerPlan::longest_drain;
  EXPECT_EQ(step_of(half.plan, unsettled(48, 0), later), (Order{Action::consume, 80}));
  EXPECT_EQ(step_of(half.plan, unsettled(0, 80), later + seconds(60)).action, Action::nothing)
      << "the sink is slow; it stays";
}

// One round: consumed, cancelled by the broker, confirmed, returned. Returns how long the next
// consume has to wait.
std::chrono::milliseconds pause_after(ConsumerPlan& plan, ConsumerPlan::Time& now, seconds life) {
  EXPECT_EQ(step_of(plan, {}, now).action, Action::consume);
  now += life;
  plan.cancelled_by_broker();
  EXPECT_EQ(step_of(plan, {}, now).action, Action::cancel)
      << "the broker's cancel is confirmed, so that no delivery follows";
  plan.cancel_confirmed(now);
  EXPECT_TRUE(plan.returning());
  EXPECT_EQ(step_of(plan, {}, now).action, Action::nothing)
      << "what was not handed out is returned first";
  plan.returned();
  const auto pause =
      std::chrono::duration_cast<std::chrono::milliseconds>(plan.wakes_at().value_or(now) - now);
  EXPECT_EQ(step_of(plan, {}, now + pause - std::chrono::milliseconds(1)).action, Action::nothing);
  now += pause;
  return pause;
}

TEST(ConsumerPlan, Pauses_longer_after_each_cancel_by_the_broker) {
  ConsumerPlan plan(8);
  plan.want(true);
  ConsumerPlan::Time now = plan_start;
  for (const int wanted : {1, 2, 4, 8, 16, 30, 30})
    EXPECT_EQ(pause_after(plan, now, seconds(1)), seconds(wanted));
  EXPECT_EQ(pause_after(plan, now, seconds(30)), seconds(1))
      << "a consumer that lived long starts the pauses again";
}

TEST(ConsumerPlan, A_broker_cancel_during_our_own_still_returns_the_rest) {
  ConsumerPlan plan(8);
  plan.want(true);
  step_of(plan, {});
  plan.set_window(4);
  ASSERT_EQ(step_of(plan, {}).action, Action::cancel);
  plan.cancelled_by_broker();
  EXPECT_EQ(step_of(plan, {}).action, Action::nothing) << "it is cancelled already";
  plan.cancel_confirmed(plan_start);
  EXPECT_TRUE(plan.returning());
}

// A broker that fills every prefetch, a host that settles at random and moves the window.
TEST(ConsumerPlan, Never_exceeds_the_window_and_corrects_once) {
  std::mt19937 random(7);
  const auto below = [&](std::uint64_t limit) { return std::uint64_t(random() % limit); };
  ConsumerPlan plan(1);
  plan.want(true);
  UnsettledDeliveries deliveries;
  std::vector<std::uint64_t> tags;  // unsettled
  std::uint64_t window = 1, prefetch = 0, of_consumer = 0, corrections = 0;
  ConsumerPlan::Time now = plan_start;
  for (int turn = 0; turn < 200'000; ++turn, now += std::chrono::milliseconds(below(20))) {
    if (below(500) == 0) plan.set_window(std::uint32_t(window = 1 + below(128))), corrections = 0;
    while (plan.consuming() && of_consumer < prefetch && below(6) != 0) {
      deliveries.deliver();
      tags.push_back(deliveries.newest());
      ++of_consumer;
    }
    if (!tags.empty() && below(3) == 0) {
      const std::size_t at = below(tags.size());
      if (plan.consuming() && tags[at] > deliveries.newest() - deliveries.received()) --of_consumer;
      deliveries.answer(tags[at]);
      tags.erase(tags.begin() + std::ptrdiff_t(at));
    }
    ASSERT_EQ(deliveries.total(), tags.size());
    const Order order = step_of(plan, deliveries, now);
    if (order.action == Action::cancel) {
      plan.cancel_confirmed(now);
      prefetch = 0;
    }
    if (order.action != Action::consume) continue;
    prefetch = order.prefetch;
    of_consumer = 0;
    deliveries.begin_consumer();
    ASSERT_LE(deliveries.total() + prefetch, window);
    ASSERT_LE(++corrections, 4u) << "one consumer for the new window, and one correction of it "
                                    "while it grows and one after that";
  }
}

TEST(UnsettledDeliveries, Frames_of_all_kinds_answer_those_of_either_consumer) {
  UnsettledDeliveries deliveries = unsettled(4, 4);  // tags 1 to 4, and 5 to 8
  deliveries.answer(6);
  deliveries.answer(2);
  EXPECT_EQ(deliveries.total(), 6u);
  EXPECT_EQ(deliveries.earlier(), 3u);
  deliveries.answer_up_to(3, 2);
  EXPECT_EQ(deliveries.total(), 4u);
  EXPECT_EQ(deliveries.earlier(), 1u);
  deliveries.answer_up_to(7, 3);
  EXPECT_EQ(deliveries.total(), 1u);
  EXPECT_EQ(deliveries.earlier(), 0u);
  EXPECT_EQ(deliveries.received(), 4u);
  deliveries.begin_consumer();
  EXPECT_EQ(deliveries.earlier(), 1u);
  EXPECT_EQ(deliveries.received(), 0u);
}

}  // namespace
