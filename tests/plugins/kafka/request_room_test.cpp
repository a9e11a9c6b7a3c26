#include "plugins/kafka/request_room.hpp"

#include <gtest/gtest.h>

namespace connector_host_plugins::kafka {
namespace {

TEST(RequestRoom, It_ends_at_so_many_messages_and_at_so_many_bytes) {
  RequestRoom room({3, 100});
  room.take(10);
  EXPECT_TRUE(room.has(90, 1000));
  EXPECT_FALSE(room.has(91, 1000));
  room.take(10);
  room.take(10);
  EXPECT_FALSE(room.has(1, 1000));
}

TEST(RequestRoom, One_message_always_has_room) {
  EXPECT_TRUE(RequestRoom({1, 0}).has(1000000, 0));
}

TEST(RequestRoom, Closed_it_takes_no_more_until_it_is_cleared) {
  RequestRoom room({10, 1000});
  room.take(1);
  room.close();
  EXPECT_FALSE(room.has(1, 1000));
  room.clear();
  room.take(1);
  EXPECT_TRUE(room.has(1, 1000));
}

}  // namespace
}  // namespace connector_host_plugins::kafka
