#include "plugins/rabbitmq/broker_address.hpp"

#include <gtest/gtest.h>

#include "connector/error.hpp"

namespace {

using connector_host_plugins::rabbitmq::BrokerAddress;
using connector_host_plugins::rabbitmq::parse_broker_addresses;

BrokerAddress parsed(std::string_view url) {
  const auto all = parse_broker_addresses(url);
  EXPECT_EQ(all.size(), 1u);
  return all.front();
}

std::string refused(std::string_view url) {
  try {
    parse_broker_addresses(url);
  } catch (const connector::Error& error) {
    EXPECT_EQ(error.code(), CONNECTOR_BAD_CONFIG);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << url;
  return {};
}

TEST(RabbitmqBrokerAddress, Every_part_of_a_url_is_read) {
  const BrokerAddress address = parsed("amqp://anna:s3cret@mq.example:5673/orders");
  EXPECT_EQ(address.user, "anna");
  EXPECT_EQ(address.password, "s3cret");
  EXPECT_EQ(address.host, "mq.example");
  EXPECT_EQ(address.port, 5673);
  EXPECT_EQ(address.virtual_host, "orders");
  EXPECT_FALSE(address.tls);
}

TEST(RabbitmqBrokerAddress, What_is_left_out_has_the_usual_value) {
  const BrokerAddress address = parsed("amqp://mq");
  EXPECT_EQ(address.user, "guest");
  EXPECT_EQ(address.password, "guest");
  EXPECT_EQ(address.port, 5672);
  EXPECT_EQ(address.virtual_host, "/");
}

TEST(RabbitmqBrokerAddress, Amqps_means_tls_and_its_own_port) {
  const BrokerAddress address = parsed("AMQPS://mq");
  EXPECT_TRUE(address.tls);
  EXPECT_EQ(address.port, 5671);
}

TEST(RabbitmqBrokerAddress, A_trailing_slash_is_the_virtual_host_slash) {
  EXPECT_EQ(parsed("amqp://mq/").virtual_host, "/");
  EXPECT_EQ(parsed("amqp://mq/%2F").virtual_host, "/");
  EXPECT_EQ(parsed("amqp://mq/%2f").virtual_host, "/");
  EXPECT_EQ(parsed("amqp://mq//").virtual_host, "/");
}

TEST(RabbitmqBrokerAddress, Percent_encoding_is_undone_in_each_part) {
  const BrokerAddress address = parsed("amqp://a%40b:p%2F%3A%25%2C@mq/team%2Fone");
  EXPECT_EQ(address.user, "a@b");
  EXPECT_EQ(address.password, "p/:%,");
  EXPECT_EQ(address.virtual_host, "team/one");
}

TEST(RabbitmqBrokerAddress, A_user_without_a_password_has_the_empty_one) {
  EXPECT_EQ(parsed("amqp://anna@mq").password, "");
  EXPECT_EQ(parsed("amqp://anna@mq").user, "anna");
}

TEST(RabbitmqBrokerAddress, An_ipv6_host_stands_in_brackets) {
  const BrokerAddress address = parsed("amqp://[::1]:5673/x");
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 5673);
  EXPECT_EQ(address.describe(), "[::1]:5673 (virtual host \"x\")");
}

TEST(RabbitmqBrokerAddress, Several_urls_keep_their_order) {
  const auto all = parse_broker_addresses("amqp://one, amqps://two ,amqp://three:1");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].host, "one");
  EXPECT_TRUE(all[1].tls);
  EXPECT_EQ(all[2].port, 1);
}

TEST(RabbitmqBrokerAddress, A_description_holds_neither_user_nor_password) {
  EXPECT_EQ(parsed("amqp://anna:s3cret@mq/").describe(), "mq:5672 (virtual host \"/\")");
}

TEST(RabbitmqBrokerAddress, A_bad_url_is_refused_without_showing_the_password) {
  for (const char* url :
       {"", "mq:5672", "http://u:s3cret@mq", "amqp://", "amqp://u:s3cret@",
        "amqp://u:s3cret@mq:port", "amqp://u:s3cret@mq:0", "amqp://u:s3cret@mq:70000",
        "amqp://u:s3cret%zz@mq", "amqp://u:s3cret%4@mq", "amqp://u:s3cret%00@mq",
        "amqp://u:s3cret@[::1", "amqp://u:x/s3cret@mq", "amqp://u:1/s3cret@mq/",
        "amqp://u:s3cret?x@mq", "amqp://u:s3cret#x@mq", "amqp://u:s3cret@mq?heartbeat=5",
        "amqp://mq,", "amqp://u:s3cret@mq:5672x/"}) {
    const std::string why = refused(url);
    EXPECT_EQ(why.find("s3cret"), std::string::npos) << why;
    EXPECT_EQ(why.rfind("option 'url': URL ", 0), 0u) << why;
  }
}

TEST(RabbitmqBrokerAddress, The_message_says_which_of_several_urls_is_bad) {
  EXPECT_NE(refused("amqp://one,two").find("URL 2"), std::string::npos);
}

}  // namespace
