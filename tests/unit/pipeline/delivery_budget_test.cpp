#include "host/pipeline/delivery_budget.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class DeliveryBudgetTest : public testing::Test {
 protected:
  DeliveryBudget budget(DeliveryStart start = {"configuration", false, true}) {
    return {Note{[this] { return text; }, [this](const std::string& now) { text = now; }},
            std::move(start)};
  }
  static connector_record delivered(std::uint32_t before) {
    connector_record record{};
    record.delivery_count = before;
    return record;
  }
  void went_back_with(std::uint32_t count) {
    DeliveryBudget of_before = budget();
    of_before.limit_is(20);
    of_before.returned(delivered(count - 1), "there is no dead letter");
  }

  std::string text;
};

TEST_F(DeliveryBudgetTest, Records_within_three_deliveries_of_the_limit_are_endangered) {
  DeliveryBudget now = budget();
  EXPECT_FALSE(now.endangers(delivered(1000)));
  now.limit_is(20);
  EXPECT_FALSE(now.endangers(delivered(16)));
  EXPECT_TRUE(now.endangers(delivered(17)));
  EXPECT_FALSE(now.is_last_chance(delivered(19)));
  EXPECT_TRUE(now.is_last_chance(delivered(20)));
}

TEST_F(DeliveryBudgetTest, With_a_small_limit_every_record_is_endangered) {
  DeliveryBudget now = budget();
  now.limit_is(2);
  EXPECT_TRUE(now.endangers(delivered(0)));
}

TEST_F(DeliveryBudgetTest, A_start_is_refused_once_the_deliveries_are_used_up) {
  went_back_with(19);
  EXPECT_EQ(budget().refusal(), "");
  went_back_with(20);
  const std::string why = budget().refusal();
  EXPECT_NE(why.find("delivered 20 times"), std::string::npos) << why;
  EXPECT_NE(why.find("there is no dead letter"), std::string::npos) << why;
}

TEST_F(DeliveryBudgetTest, Another_configuration_may_start) {
  went_back_with(20);
  EXPECT_EQ(budget({"corrected", false, true}).refusal(), "");
  EXPECT_NE(budget({"corrected", false, false}).refusal().find("configure dead_letter"),
            std::string::npos);
}

TEST_F(DeliveryBudgetTest, An_operator_may_start_it_where_a_rejected_record_is_set_aside) {
  went_back_with(20);
  EXPECT_EQ(budget({"configuration", true, true}).refusal(), "");
  EXPECT_NE(budget({"configuration", true, false}).refusal(), "");
}

TEST_F(DeliveryBudgetTest, A_settled_record_removes_the_note) {
  went_back_with(20);
  DeliveryBudget now = budget({"corrected", false, true});
  EXPECT_EQ(now.refusal(), "");
  now.progress();
  EXPECT_EQ(text, "");
}

TEST_F(DeliveryBudgetTest, A_damaged_note_refuses_nothing) {
  for (const char* damaged : {"x", "20", "20 20", "-1 x y"}) {
    text = damaged;
    EXPECT_EQ(budget().refusal(), "") << damaged;
  }
}

TEST_F(DeliveryBudgetTest, The_highest_count_is_that_of_the_latest_minutes) {
  DeliveryBudget now = budget();
  now.received(delivered(7), world::Time(1h));
  now.received(delivered(2), world::Time(1h + 4min));
  EXPECT_EQ(now.figures().highest, 7u);
  now.received(delivered(2), world::Time(1h + 6min));
  EXPECT_EQ(now.figures().highest, 7u);
  now.received(delivered(1), world::Time(1h + 12min));
  EXPECT_EQ(now.figures().highest, 2u);
}

}  // namespace
}  // namespace connector_host::pipeline
