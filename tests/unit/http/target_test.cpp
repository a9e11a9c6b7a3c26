#include "host/http/target.hpp"

#include <gtest/gtest.h>

namespace connector_host::http {
namespace {

TEST(Target, A_path_and_a_query_are_decoded) {
  const auto target = parse_target("/connectors/a%20b+c?expand=status&expand=in%66o&empty&x=1+2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/connectors/a b+c");
  EXPECT_EQ(target->query, (Query{{"empty", ""}, {"expand", "status"}, {"expand", "info"}, {"x", "1 2"}}));
}

TEST(Target, The_absolute_form_and_the_star_are_taken) {
  EXPECT_EQ(parse_target("http://host:8080/metrics?a=b")->path, "/metrics");
  EXPECT_EQ(parse_target("http://host:8080/metrics?a=b")->query.size(), 1u);
  EXPECT_EQ(parse_target("http://host")->path, "/");
  EXPECT_EQ(parse_target("*")->path, "*");
}

TEST(Target, What_could_be_read_in_two_ways_is_refused) {
  for (const char* text : {"", "metrics", "host:80", "/a%", "/a%2", "/a%zz", "/a%00", "/a%0d%0aSet-Cookie:x", "/a%2Fb", "/a%2fb", "/a?b=%1f", "/a#b", "?a=b"})
    EXPECT_FALSE(parse_target(text)) << text;
}

}  // namespace
}  // namespace connector_host::http
