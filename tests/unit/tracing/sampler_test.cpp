#include "host/tracing/sampler.hpp"

#include <gtest/gtest.h>

#include <random>

namespace connector_host::tracing {
namespace {

SpanContext parent(bool sampled, std::uint8_t ends_with = 1) {
  SpanContext out;
  out.trace_id[9] = ends_with;  // the first of the seven bytes that a ratio is held against
  out.span_id[0] = 1;
  out.sampled = sampled;
  return out;
}

TEST(Sampler, Without_a_name_all_roots_are_kept_and_parents_decide) {
  const Sampler sampler;
  EXPECT_TRUE(sampler.keeps_root(0));
  EXPECT_TRUE(sampler.keeps_root(~std::uint64_t(0)));
  EXPECT_TRUE(sampler.keeps_child(parent(true)));
  EXPECT_FALSE(sampler.keeps_child(parent(false)));
}

TEST(Sampler, One_that_is_not_parent_based_does_not_ask_the_parent) {
  EXPECT_TRUE(Sampler::named("always_on", 1)->keeps_child(parent(false)));
  EXPECT_FALSE(Sampler::named("always_off", 1)->keeps_child(parent(true)));
  EXPECT_TRUE(Sampler::named("traceidratio", 0.5)->keeps_child(parent(false, 0x7f)));
  EXPECT_FALSE(Sampler::named("traceidratio", 0.5)->keeps_child(parent(true, 0x80)));
}

TEST(Sampler, A_ratio_keeps_about_that_share_of_roots) {
  const auto sampler = Sampler::named("parentbased_traceidratio", 0.01);
  ASSERT_TRUE(sampler);
  std::mt19937_64 random(7);
  int kept = 0;
  for (int i = 0; i < 100'000; ++i) kept += sampler->keeps_root(random());
  EXPECT_NEAR(kept, 1'000, 150);
  EXPECT_TRUE(sampler->keeps_child(parent(true, 0xff)));
}

TEST(Sampler, Passing_over_roots_keeps_the_same_share_and_only_ids_that_it_keeps) {
  const auto sampler = Sampler::named("parentbased_traceidratio", 0.01);
  std::mt19937_64 random(7);
  std::uint64_t roots = 0;
  for (int kept = 0; kept < 1'000; ++kept) {
    roots += sampler->roots_to_pass(random()) + 1;
    EXPECT_TRUE(sampler->keeps_root(sampler->kept_end(random())));
  }
  EXPECT_NEAR(double(roots), 100'000, 15'000);
  EXPECT_EQ(Sampler().roots_to_pass(random()), 0u);
  EXPECT_GT(Sampler::named("always_off", 1)->roots_to_pass(random()), std::uint64_t(1) << 60);
}

TEST(Sampler, Ratios_0_and_1_keep_nothing_and_everything) {
  EXPECT_FALSE(Sampler::named("traceidratio", 0)->keeps_root(0));
  EXPECT_TRUE(Sampler::named("traceidratio", 1)->keeps_root(~std::uint64_t(0)));
}

TEST(Sampler, Another_name_is_none) {
  for (const char* each : {"", "on", "parentbased_", "parentbased_jaeger_remote", "ALWAYS_ON"})
    EXPECT_FALSE(Sampler::named(each, 1)) << each;
}

}  // namespace
}  // namespace connector_host::tracing
