#include "host/http/target.hpp"

#include <gtest/gtest.h>

namespace connector_host::http {
namespace {

TEST(Target, A_path_and_a_query_are_decoded) {
  const auto target = parse_target("/connectors/a%20b+c?expand=status&expand=in%66o&empty&x=1+2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/connectors/a b+c");
  EXPECT_EQ(target->query,
            (Query{{"empty", ""}, {"expand", "status"}, {"expand", "info"}, {"x", "1 2"}}));
}

TEST(Target, Each_segment_of_a_path_is_decoded_on_its_own) {
  using Segments = std::vector<std::string>;
  const std::pair<const char*, Segments> cases[] = {
      {"/", {}},
      {"/connectors", {"connectors"}},
      {"/connectors/", {"connectors"}},
      {"/connectors/a%2Fb%2fc/status", {"connectors", "a/b/c", "status"}},
      {"/connectors/a%252Fb", {"connectors", "a%2Fb"}},
      {"/connectors/100%25+1%20x", {"connectors", "100%+1 x"}},
      {"/connectors/%C3%A4%e4%b8%ad/tasks/", {"connectors", "\u00e4\u4e2d", "tasks"}},
      {"/connectors/%2F", {"connectors", "/"}},
      {"/connectors//status", {"connectors", "", "status"}},
      {"http://host:1/a%2fb?c=d", {"a/b"}},
      {"http://host", {}},
      {"*", {"*"}},
  };
  for (const auto& [text, segments] : cases) {
    const auto target = parse_target(text);
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->segments, segments) << text;
  }
}

TEST(Target, An_encoded_slash_stays_encoded_in_the_path) {
  EXPECT_EQ(parse_target("/connectors/a%2fb%2Fc%20d")->path, "/connectors/a%2Fb%2Fc d");
  EXPECT_EQ(parse_target("/%2e%2e%2fsecret")->path, "/..%2Fsecret");
}

TEST(Target, The_absolute_form_and_the_star_are_taken) {
  EXPECT_EQ(parse_target("http://host:8080/metrics?a=b")->path, "/metrics");
  EXPECT_EQ(parse_target("http://host:8080/metrics?a=b")->query.size(), 1u);
  EXPECT_EQ(parse_target("http://host")->path, "/");
  EXPECT_EQ(parse_target("*")->path, "*");
}

TEST(Target, What_could_be_read_in_two_ways_is_refused) {
  for (const char* text : {"", "metrics", "host:80", "/a%", "/a%2", "/a%zz", "/a%00",
                           "/a%0d%0aSet-Cookie:x", "/a/b%7f", "/a?b=%1f", "/a#b", "?a=b"})
    EXPECT_FALSE(parse_target(text)) << text;
}

}  // namespace
}  // namespace connector_host::http
