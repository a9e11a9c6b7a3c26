#include "host/topology/url_password.hpp"

#include <gtest/gtest.h>

namespace connector_host::topology {
namespace {

using Texts = std::vector<std::string>;

TEST(UrlPassword, Is_found_as_written_and_decoded) {
  EXPECT_EQ(url_passwords("amqp://user:secret@host:5672/"), Texts({"secret"}));
  EXPECT_EQ(url_passwords("redis://:secret@host"), Texts({"secret"}));
  EXPECT_EQ(url_passwords("amqp://user:a%2Fb@host"), Texts({"a%2Fb", "a/b"}));
}

TEST(UrlPassword, Is_found_in_each_of_several_urls) {
  EXPECT_EQ(url_passwords("amqp://a:one@h1:5672/,amqp://b:two@h2/"), Texts({"one", "two"}));
}

TEST(UrlPassword, Is_found_although_it_should_have_been_encoded) {
  EXPECT_EQ(url_passwords("amqp://user:p/w@x@host/"), Texts({"p/w@x"}));
  EXPECT_EQ(url_passwords("amqp://user:100%@host/"), Texts({"100%"}));
}

TEST(UrlPassword, Is_not_seen_where_there_is_none) {
  EXPECT_EQ(url_passwords("localhost:6379"), Texts());
  EXPECT_EQ(url_passwords("amqp://host:5672/"), Texts());
  EXPECT_EQ(url_passwords("amqp://user@host/"), Texts());
  EXPECT_EQ(url_passwords("amqp://user:@host/"), Texts());
}

TEST(UrlPassword, Is_left_out_of_what_is_shown) {
  EXPECT_EQ(without_url_passwords("amqp://user:secret@host/,amqp://user:secret@other/"),
            "amqp://...@host/,amqp://...@other/");
  EXPECT_EQ(without_url_passwords("http://host/"), "http://host/");
}

}  // namespace
}  // namespace connector_host::topology
