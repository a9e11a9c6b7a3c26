// Percent-encoding of the parts of an identity.
#include <gtest/gtest.h>

#include <connector/percent_encoding.hpp>
#include <string>

namespace {

using connector::percent_encoded;

TEST(PercentEncoding, Unreserved_characters_stay) {
  const std::string unreserved = "AZaz09-._~";
  EXPECT_EQ(percent_encoded(unreserved), unreserved);
  EXPECT_EQ(percent_encoded(""), "");
}

TEST(PercentEncoding, Every_other_byte_becomes_two_hexadecimal_digits) {
  EXPECT_EQ(percent_encoded("a/b%2F c\n"), "a%2Fb%252F%20c%0A");
  EXPECT_EQ(percent_encoded(std::string("\0\xff\x7f", 3)), "%00%FF%7F");
}

TEST(PercentEncoding, Kept_characters_stay) {
  EXPECT_EQ(percent_encoded("/var/log/a b", "/"), "/var/log/a%20b");
}

}  // namespace
