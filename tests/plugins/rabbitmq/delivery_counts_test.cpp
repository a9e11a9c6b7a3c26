#include "plugins/rabbitmq/delivery_counts.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "connector/view.hpp"

namespace {

using namespace connector_host_plugins::rabbitmq;

struct RabbitmqDeliveryCounts : testing::Test {
  static std::uint32_t first(DeliveryCounts& counts, std::string_view value, std::uint32_t header) {
    return counts.read(record(value, 0), header);
  }
  static std::uint32_t again(DeliveryCounts& counts, std::string_view value, std::uint32_t header) {
    return counts.read(record(value, CONNECTOR_REDELIVERED), header);
  }
  static connector_record record(std::string_view value, std::uint32_t flags) {
    connector_record out{};
    out.value = connector::view(value);
    out.flags = flags;
    return out;
  }

  SourceSettings settings;
};

TEST_F(RabbitmqDeliveryCounts, Of_redelivered_messages_suggest_the_default_limit) {
  DeliveryCounts counts(settings);
  EXPECT_EQ(first(counts, "a", 0), 0u);
  EXPECT_FALSE(counts.suggest_default_limit());
  EXPECT_EQ(again(counts, "a", 1), 1u);
  EXPECT_TRUE(counts.suggest_default_limit());
}

TEST_F(RabbitmqDeliveryCounts, Of_publishers_are_ignored_once_a_first_delivery_carries_one) {
  DeliveryCounts counts(settings);
  EXPECT_EQ(again(counts, "before", 19), 19u);
  EXPECT_EQ(first(counts, "a", 19), 0u);
  EXPECT_FALSE(counts.suggest_default_limit());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(again(counts, "a", 19), 0u);
  EXPECT_EQ(again(counts, "before", 19), 0u);
  EXPECT_FALSE(counts.suggest_default_limit());
}

TEST_F(RabbitmqDeliveryCounts, That_rise_for_one_message_are_the_queue_s) {
  DeliveryCounts counts(settings);
  first(counts, "a", 1);
  EXPECT_EQ(again(counts, "b", 1), 0u);
  EXPECT_EQ(again(counts, "b", 2), 2u);
  EXPECT_EQ(again(counts, "c", 1), 1u);
  EXPECT_TRUE(counts.suggest_default_limit());
}

TEST_F(RabbitmqDeliveryCounts, Of_a_message_published_again_with_a_higher_count_do_not_rise) {
  DeliveryCounts counts(settings);
  first(counts, "a", 1);
  again(counts, "a", 1);
  first(counts, "a", 2);
  EXPECT_EQ(again(counts, "a", 2), 0u);
  EXPECT_EQ(again(counts, "a", 1), 0u);
  EXPECT_EQ(again(counts, "a", 2), 0u);
}

TEST_F(RabbitmqDeliveryCounts, Above_the_default_limit_disprove_it) {
  DeliveryCounts counts(settings);
  EXPECT_EQ(again(counts, "a", 18), 18u);
  EXPECT_EQ(again(counts, "b", 21), 21u);
  EXPECT_FALSE(counts.suggest_default_limit());
}

TEST_F(RabbitmqDeliveryCounts, Are_trusted_by_the_declared_type) {
  settings.arguments = {{"x-queue-type", "quorum"}};
  DeliveryCounts quorum(settings);
  EXPECT_EQ(first(quorum, "a", 5), 0u);
  EXPECT_EQ(again(quorum, "b", 5), 5u);
  settings.queue_type = "classic";
  DeliveryCounts classic(settings);
  classic.queue_counts();
  EXPECT_EQ(again(classic, "b", 5), 0u);
  EXPECT_EQ(again(classic, "b", 6), 0u);
  EXPECT_FALSE(classic.suggest_default_limit());
}

TEST_F(RabbitmqDeliveryCounts, Are_trusted_where_the_queue_has_a_limit) {
  DeliveryCounts counts(settings);
  first(counts, "a", 5);
  counts.queue_counts();
  EXPECT_EQ(again(counts, "b", 5), 5u);
}

}  // namespace
