#include "tests/integration/event_tool/event_plan.hpp"

#include <gtest/gtest.h>

namespace event_tool {
namespace {

PlanSettings settings() {
  return {.count = 20000, .size = 300, .duplicates = 0.1, .poison = 0.02, .seed = 42};
}

TEST(EventPlan, The_same_seed_gives_the_same_bytes_and_another_gives_others) {
  const EventPlan plan(settings());
  const EventPlan again(settings());
  PlanSettings other = settings();
  other.seed = 43;
  EXPECT_EQ(plan.body(7), again.body(7));
  EXPECT_NE(plan.body(7), EventPlan(other).body(7));
  EXPECT_EQ(plan.body(7).size(), 300U);
}

TEST(EventPlan, A_repeat_names_an_earlier_original) {
  const EventPlan plan(settings());
  for (std::uint64_t i = 0; i < plan.settings().count; ++i) {
    if (plan.kind(i) != EventKind::repeat) continue;
    ASSERT_LT(plan.original_of(i), i);
    ASSERT_EQ(plan.kind(plan.original_of(i)), EventKind::original);
  }
}

TEST(EventPlan, The_shares_come_out_about_as_asked_and_the_kinds_add_up) {
  const PlanTotals totals = EventPlan(settings()).totals();
  EXPECT_EQ(totals.originals + totals.repeats + totals.poison, 20000U);
  EXPECT_NEAR(static_cast<double>(totals.repeats), 2000, 200);
  EXPECT_NEAR(static_cast<double>(totals.poison), 400, 80);
}

TEST(EventPlan, What_arrives_leads_back_to_its_event_and_nothing_else_does) {
  const EventPlan plan(settings());
  for (std::uint64_t i = 0; i < 5000; ++i) {
    if (plan.kind(i) == EventKind::original) {
      EXPECT_EQ(plan.index_of_id(plan.id(i)), i);
    }
    if (plan.kind(i) == EventKind::poison) {
      EXPECT_EQ(plan.index_of_poison(plan.poison_body(i)), i);
    }
  }
  EXPECT_FALSE(plan.index_of_id("ev-42-0-00000000"));
  EXPECT_FALSE(plan.index_of_id(""));
  EXPECT_FALSE(plan.index_of_poison(plan.body(0)));
}

}  // namespace
}  // namespace event_tool
