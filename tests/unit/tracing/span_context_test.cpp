#include "host/tracing/span_context.hpp"

#include <gtest/gtest.h>

namespace connector_host::tracing {
namespace {

constexpr std::string_view good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string with(std::size_t at, std::string_view text) {
  std::string out(good);
  return out.replace(at, text.size(), text);
}

TEST(SpanContext, What_is_read_is_written_again) {
  const auto context = parse_traceparent(good);
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(hex(context->trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
  const Traceparent text = traceparent_of(*context);
  EXPECT_EQ(std::string_view(text.data(), text.size()), good);
}

TEST(SpanContext, Only_the_last_bit_of_the_flags_says_sampled) {
  EXPECT_FALSE(parse_traceparent(with(53, "00"))->sampled);
  EXPECT_FALSE(parse_traceparent(with(53, "fe"))->sampled);
  EXPECT_TRUE(parse_traceparent(with(53, "03"))->sampled);
  const Traceparent text = traceparent_of(*parse_traceparent(with(53, "fe")));
  EXPECT_EQ(std::string_view(text.data(), text.size()).substr(53), "00")
      << "flags that are not known are not passed on";
}

TEST(SpanContext, What_is_no_traceparent_is_none) {
  for (const std::string& each :
       {std::string(), std::string(good.substr(0, 54)), with(0, "ff"), with(0, "0x"),
        with(3, "4BF9"), with(3, std::string(32, '0')), with(36, std::string(16, '0')),
        with(2, "_"), with(35, " "), with(52, "+"), with(53, "0g"), std::string(good) + "-00",
        std::string(good) + " "})
    EXPECT_FALSE(parse_traceparent(each)) << each;
}

TEST(SpanContext, A_later_version_is_read_as_far_as_it_is_known) {
  EXPECT_TRUE(parse_traceparent(with(0, "01")));
  EXPECT_TRUE(parse_traceparent(with(0, "cc") + "-what-comes-then"));
  EXPECT_FALSE(parse_traceparent(with(0, "cc") + "what-comes-then"));
}

}  // namespace
}  // namespace connector_host::tracing
