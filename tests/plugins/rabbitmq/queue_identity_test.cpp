#include "plugins/rabbitmq/queue_identity.hpp"

#include <gtest/gtest.h>

namespace {

using connector_host_plugins::rabbitmq::queue_identity;

TEST(RabbitmqQueueIdentity, Is_a_url_whose_parts_are_percent_encoded) {
  EXPECT_EQ(queue_identity("rabbit@node-1", "/", "events"),
            "rabbitmq://rabbit%40node-1/%2F/events");
  EXPECT_EQ(queue_identity("c", "a\nb", "\xC3\xA4 %"), "rabbitmq://c/a%0Ab/%C3%A4%20%25");
}

TEST(RabbitmqQueueIdentity, Differs_wherever_a_part_differs) {
  EXPECT_NE(queue_identity("c", "v/a", "q"), queue_identity("c", "v", "a/q"));
  EXPECT_NE(queue_identity("c/v", "a", "q"), queue_identity("c", "v/a", "q"));
  EXPECT_NE(queue_identity("c", "v", "q"), queue_identity("c", "v", "Q"));
}

}  // namespace
