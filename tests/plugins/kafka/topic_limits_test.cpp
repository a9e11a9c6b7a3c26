// The limits of a topic's configuration, and the size that a message has against them.
#include "plugins/kafka/topic_limits.hpp"

#include <gtest/gtest.h>

#include <connector/view.hpp>

#include "plugins/kafka/message.hpp"

namespace connector_host_plugins::kafka {
namespace {

constexpr std::int64_t now = 1'000'000;

bool refuses(const TopicLimits& limits, std::int64_t timestamp_ms) {
  return !limits.timestamp_refusal("topic", timestamp_ms, now).empty();
}

TEST(TopicLimits, Unknown_limits_refuse_negative_timestamps_only) {
  const TopicLimits unknown;
  EXPECT_TRUE(refuses(unknown, -1));
  EXPECT_FALSE(refuses(unknown, 1));
  EXPECT_FALSE(refuses(unknown, TopicLimits::none));
}

TEST(TopicLimits, Timestamps_are_limited_in_both_directions) {
  TopicLimits limits;
  limits.set("message.timestamp.before.max.ms", "100");
  limits.set("message.timestamp.after.max.ms", "10");
  EXPECT_FALSE(refuses(limits, now - 100));
  EXPECT_TRUE(refuses(limits, now - 101));
  EXPECT_FALSE(refuses(limits, now + 10));
  EXPECT_TRUE(refuses(limits, now + 11));
  const std::string why = limits.timestamp_refusal("events", now + 11, now);
  EXPECT_NE(std::string::npos, why.find("timestamp 1000011")) << why;
  EXPECT_NE(std::string::npos, why.find("message.timestamp.after.max.ms is 10")) << why;
}

TEST(TopicLimits, The_limit_of_older_brokers_holds_until_a_newer_one_is_set) {
  TopicLimits limits;
  limits.set("message.timestamp.difference.max.ms", "100");
  EXPECT_TRUE(refuses(limits, now - 101));
  EXPECT_TRUE(refuses(limits, now + 101));
  limits.set("message.timestamp.before.max.ms", "200");
  EXPECT_FALSE(refuses(limits, now - 101));
}

TEST(TopicLimits, A_topic_with_log_append_time_takes_any_timestamp) {
  TopicLimits limits;
  limits.set("message.timestamp.type", "LogAppendTime");
  limits.set("message.timestamp.after.max.ms", "10");
  EXPECT_FALSE(refuses(limits, now + 11));
}

TEST(TopicLimits, A_value_that_is_no_number_limits_nothing) {
  TopicLimits limits;
  limits.set("max.message.bytes", "1 MB");
  EXPECT_EQ(TopicLimits::none, limits.max_bytes());
}

// 61 bytes of the batch, 1 of the record's length, 3 fixed ones, and a length before each of its 5
// parts.
TEST(Message, Its_batch_has_the_size_that_a_broker_measures) {
  Message message;
  message.key = connector::view("key");
  message.value = connector::view("value");
  EXPECT_EQ(61u + 1 + 3 + (1 + 3) + (1 + 5) + 1, message.batch_size());
  const connector_header header{connector::view("name"), connector::null_view(), CONNECTOR_BYTES,
                                0};
  message.headers = {&header, 1};
  EXPECT_EQ(61u + 1 + 3 + (1 + 3) + (1 + 5) + 1 + (1 + 4) + 1, message.batch_size());
}

}  // namespace
}  // namespace connector_host_plugins::kafka
