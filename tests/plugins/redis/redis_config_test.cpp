// What the redis store refuses before it reaches for any network, and what it tells the user to do.
#include "redis_fixture.hpp"

namespace connector_tests {
namespace {

TEST(RedisConfig, One_server_is_taken_in_each_form) {
  for (const char* address : {"localhost:6379", "10.0.0.7:1", "redis.example.com:65535",
                              "[::1]:6379", "unix:/run/redis/redis.sock"}) {
    EXPECT_EQ(refusal({{"address", address}}), "") << address;
  }
}

TEST(RedisConfig, An_address_of_another_form_is_refused_with_what_to_write) {
  const std::pair<const char*, const char*> rows[] = {
      {"localhost", "write host:port"},
      {"", "write host:port"},
      {":6379", "write host:port"},
      {"localhost:", "is not a port"},
      {"localhost:0", "is not a port"},
      {"localhost:65536", "is not a port"},
      {"localhost:redis", "is not a port"},
      {"::1:6379", "in brackets"},
      {"[::1]", "as [::1]:6379"},
      {"[]:6379", "host is missing"},
      {"unix:redis.sock", "absolute path"},
      {"unix:", "absolute path"},
      {"a:1,b:2", "must name one server"},
      {"a:1;b:2", "must name one server"},
      {"sentinel://a:26379/mymaster", "Sentinel is not supported"}};
  for (const auto& [address, advice] : rows)
    EXPECT_TRUE(contains(refusal({{"address", address}}), advice))
        << address << ": " << refusal({{"address", address}});
  EXPECT_TRUE(contains(refusal({{"address", "unix:/" + std::string(200, 'x')}}), "too long"));
}

TEST(RedisConfig, A_password_in_the_address_is_not_repeated) {
  for (const char* address : {"redis://:canary@localhost:6379/0", "user:canary@localhost:6379"}) {
    const std::string why = refusal({{"address", address}});
    EXPECT_TRUE(contains(why, "password")) << why;
    EXPECT_FALSE(contains(why, "canary")) << why;
  }
}

TEST(RedisConfig, A_key_template_has_the_id_exactly_once) {
  for (const char* text : {"", "processed:", "{id}{id}", "{ID}", "{ id }"})
    EXPECT_TRUE(contains(refusal({{"key_template", text}}), "{id} exactly once")) << text;
  for (const char* text : {"{id}", "processed:{id}", "{x}{id}}"})
    EXPECT_EQ(refusal({{"key_template", text}}), "") << text;
}

TEST(RedisConfig, A_claim_is_never_a_legacy_commit) {
  EXPECT_TRUE(contains(refusal({{"legacy_done", R"(["1","claim:x"])"}}), "legacy_done"));
}

TEST(RedisConfig, Options_that_belong_together_are_asked_for_together) {
  EXPECT_TRUE(contains(refusal({{"user", "app"}}), "without 'password'"));
  EXPECT_TRUE(contains(refusal({{"ca_file", "/x.pem"}}), "without tls"));
  EXPECT_TRUE(contains(refusal({{"tls", "true"}, {"cert_file", "/x.pem"}}), "belong together"));
  EXPECT_TRUE(
      contains(refusal({{"tls", "true"}, {"address", "unix:/run/redis.sock"}}), "has no TLS"));
}

TEST(RedisConfig, The_password_is_declared_as_a_secret) {
  for (std::uint64_t i = 0; i < redis_component().option_count; ++i) {
    const connector_option& option = *redis_component().options[i];
    EXPECT_EQ((option.flags & CONNECTOR_OPT_SECRET) != 0,
              connector::text(option.name) == "password")
        << connector::text(option.name);
  }
}

}  // namespace
}  // namespace connector_tests
