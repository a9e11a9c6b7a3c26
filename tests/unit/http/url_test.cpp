#include "host/http/url.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace connector_host::http {
namespace {

TEST(Url, It_is_taken_apart) {
  const Url plain = parse_url("http://host");
  EXPECT_EQ(plain.host, "host");
  EXPECT_EQ(plain.port, 80);
  EXPECT_EQ(plain.path, "");
  const Url all = parse_url("https://kafka.example:8443/behind/a-proxy//");
  EXPECT_EQ(all.scheme, Scheme::https);
  EXPECT_EQ(all.host, "kafka.example");
  EXPECT_EQ(all.port, 8443);
  EXPECT_EQ(all.path, "/behind/a-proxy");
  const Url v6 = parse_url("http://[::1]:8083/");
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, 8083);
}

TEST(Url, Its_authority_leaves_the_schemes_own_port_out) {
  EXPECT_EQ(parse_url("http://host:80").authority(), "host");
  EXPECT_EQ(parse_url("https://host:443").authority(), "host");
  EXPECT_EQ(parse_url("https://host:80").authority(), "host:80");
  EXPECT_EQ(parse_url("http://[::1]:8083").authority(), "[::1]:8083");
  EXPECT_EQ(parse_url("http://[::1]:8083/x/").text(), "http://[::1]:8083/x");
}

TEST(Url, What_is_no_address_of_a_server_is_refused) {
  for (const char* each : {"", "host", "host:8083", "ftp://host", "http://", "http://:80",
                           "http://host:", "http://host:0", "http://host:65536", "http://host:80x",
                           "http://[::1", "http://[::1]x", "http://host/?a", "http://host/#a",
                           "http://ho st", "http://host\r\nX: y", "http://h\xc3\xb6st"}) {
    EXPECT_THROW(parse_url(each), std::invalid_argument) << each;
  }
}

TEST(Url, A_password_is_refused_and_not_shown) {
  try {
    parse_url("http://me:canary@host");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos);
  }
}

TEST(Url, A_name_becomes_one_segment_of_a_path) {
  EXPECT_EQ(path_segment("orders-1_a.b~"), "orders-1_a.b~");
  EXPECT_EQ(path_segment("a/b c%?#&+"), "a%2Fb%20c%25%3F%23%26%2B");
  EXPECT_EQ(path_segment("\xc3\xbc\xff"), "%C3%BC%FF");
  EXPECT_EQ(path_segment(""), "");
}

}  // namespace
}  // namespace connector_host::http
