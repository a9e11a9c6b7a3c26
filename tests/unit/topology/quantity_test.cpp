#include "host/topology/quantity.hpp"

#include <gtest/gtest.h>

namespace connector_host::topology {
namespace {

using Flaw = Quantity::Flaw;

TEST(Quantity, Durations_have_a_unit_and_become_milliseconds) {
  EXPECT_EQ(parse_duration("200ms").value, 200);
  EXPECT_EQ(parse_duration("10s").value, 10'000);
  EXPECT_EQ(parse_duration("5m").value, 300'000);
  EXPECT_EQ(parse_duration("1h").value, 3'600'000);
  EXPECT_EQ(parse_duration("1d").value, 86'400'000);
  EXPECT_EQ(parse_duration("0ms").flaw, Flaw::none);
}

TEST(Quantity, Sizes_have_a_unit_and_become_bytes) {
  EXPECT_EQ(parse_size("64MiB").value, 64 << 20);
  EXPECT_EQ(parse_size("1kB").value, 1000);
  EXPECT_EQ(parse_size("10B").value, 10);
  EXPECT_EQ(parse_size("2KiB").value, 2048);
  EXPECT_EQ(parse_size("1GiB").value, 1 << 30);
  EXPECT_EQ(parse_size("3MB").value, 3'000'000);
  EXPECT_EQ(parse_size("3GB").value, 3'000'000'000);
}

TEST(Quantity, What_is_wrong_is_told_apart) {
  EXPECT_EQ(parse_duration("").flaw, Flaw::no_number);
  EXPECT_EQ(parse_duration("soon").flaw, Flaw::no_number);
  EXPECT_EQ(parse_duration("-1s").flaw, Flaw::no_number);
  EXPECT_EQ(parse_duration("200").flaw, Flaw::no_unit);
  EXPECT_EQ(parse_duration("500us").flaw, Flaw::unknown_unit);
  EXPECT_EQ(parse_duration("1.5s").flaw, Flaw::unknown_unit);
  EXPECT_EQ(parse_duration("1h30m").flaw, Flaw::unknown_unit);
  EXPECT_EQ(parse_duration("1 s").flaw, Flaw::unknown_unit);
  EXPECT_EQ(parse_size("64mib").flaw, Flaw::unknown_unit);
}

TEST(Quantity, Nothing_overflows) {
  EXPECT_EQ(parse_duration("9223372036854775807ms").value, INT64_MAX);
  EXPECT_EQ(parse_duration("9223372036854775808ms").flaw, Flaw::too_large);
  EXPECT_EQ(parse_duration("9223372036854775807s").flaw, Flaw::too_large);
  EXPECT_EQ(parse_size("8589934592GiB").flaw, Flaw::too_large);
  EXPECT_EQ(parse_integer("9223372036854775808"), std::nullopt);
}

TEST(Quantity, Numbers_are_whole_texts) {
  EXPECT_EQ(parse_integer("-5"), -5);
  EXPECT_EQ(parse_integer("5 "), std::nullopt);
  EXPECT_EQ(parse_integer("0x10"), std::nullopt);
  EXPECT_EQ(parse_number("0.25"), 0.25);
  EXPECT_EQ(parse_number("nan"), std::nullopt);
  EXPECT_EQ(parse_number("inf"), std::nullopt);
  EXPECT_EQ(parse_number("1e999"), std::nullopt);
}

TEST(Quantity, Values_are_shown_in_the_largest_unit_that_divides_them) {
  EXPECT_EQ(show_duration(90'000), "90s");
  EXPECT_EQ(show_duration(1'800'000), "30m");
  EXPECT_EQ(show_duration(86'400'000), "1d");
  EXPECT_EQ(show_duration(0), "0ms");
  EXPECT_EQ(show_size(64 << 20), "64MiB");
  EXPECT_EQ(show_size(1000), "1kB");
  EXPECT_EQ(show_size(1001), "1001B");
}

}  // namespace
}  // namespace connector_host::topology
