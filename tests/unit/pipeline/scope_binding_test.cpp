#include "host/pipeline/scope_binding.hpp"

#include <gtest/gtest.h>

namespace connector_host::pipeline {
namespace {

TEST(ScopeBinding, Pairs_match_when_source_and_sink_are_the_same) {
  const std::string pair = ScopeBinding::pair_of("rabbitmq://a/%2F/events", "kafka://c/topic");
  EXPECT_TRUE(ScopeBinding::match(pair, pair));
  EXPECT_FALSE(ScopeBinding::match(
      pair, ScopeBinding::pair_of("rabbitmq://a/%2F/others", "kafka://c/topic")));
  EXPECT_FALSE(ScopeBinding::match(
      pair, ScopeBinding::pair_of("rabbitmq://a/%2F/events", "kafka://c/other")));
}

TEST(ScopeBinding, An_unknown_part_matches_every_other) {
  const std::string pair = ScopeBinding::pair_of("rabbitmq://a/%2F/events", "kafka://c/topic");
  EXPECT_TRUE(ScopeBinding::match(pair, ScopeBinding::pair_of("", "kafka://c/topic")));
  EXPECT_TRUE(ScopeBinding::match(ScopeBinding::pair_of("rabbitmq://a/%2F/events", ""), pair));
  EXPECT_FALSE(ScopeBinding::match(ScopeBinding::pair_of("", "kafka://c/other"), pair));
}

TEST(ScopeBinding, A_text_that_is_no_pair_matches_itself_only) {
  EXPECT_FALSE(ScopeBinding::match("damaged", ScopeBinding::pair_of("a", "b")));
}

}  // namespace
}  // namespace connector_host::pipeline
