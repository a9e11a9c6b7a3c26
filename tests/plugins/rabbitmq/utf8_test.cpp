#include "plugins/rabbitmq/utf8.hpp"

#include <gtest/gtest.h>

namespace {

using connector_host_plugins::rabbitmq::is_utf8;

TEST(RabbitmqUtf8, Text_of_every_length_of_sequence_is_accepted) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("\xC2\xA2 \xE2\x82\xAC \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF"));
  EXPECT_TRUE(is_utf8({"\0", 1}));
}

TEST(RabbitmqUtf8, Malformed_bytes_are_refused) {
  for (const std::string_view bytes :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "ok \xE2\x28\xA1"}) {
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
  }
}

}  // namespace
