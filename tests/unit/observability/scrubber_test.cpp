#include "host/observability/scrubber.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace connector_host::observability {
namespace {

TEST(Scrubber, Secrets_are_hidden_wherever_they_stand) {
  Scrubber scrubber;
  scrubber.add("hunter22");
  EXPECT_EQ(scrubber.scrub("amqp://u:hunter22@h hunter22"), "amqp://u:[hidden]@h [hidden]");
  EXPECT_EQ(scrubber.scrub("hunter2"), "hunter2");
  EXPECT_EQ(scrubber.scrub(""), "");
}

TEST(Scrubber, The_longest_one_counts_and_overlaps_are_hidden_whole) {
  Scrubber scrubber;
  scrubber.add("abcd");
  scrubber.add("abcdef");
  scrubber.add("defghi");
  EXPECT_EQ(scrubber.scrub("xabcdefx"), "x[hidden]x");
  EXPECT_EQ(scrubber.scrub("xabcdefghix"), "x[hidden]x")
      << "the tail of the second one would be left";
  scrubber.add("aaaa");
  EXPECT_EQ(scrubber.scrub("aaaaaab"), "[hidden]b");
}

TEST(Scrubber, Short_ones_are_not_looked_for) {
  Scrubber scrubber;
  scrubber.add("");
  scrubber.add("no");
  EXPECT_EQ(scrubber.scrub("no notice"), "no notice");
}

TEST(Scrubber, One_that_two_connectors_use_is_hidden_until_both_are_gone) {
  Scrubber scrubber;
  scrubber.add("secret");
  scrubber.add("secret");
  scrubber.remove("secret");
  EXPECT_EQ(scrubber.scrub("a secret"), "a [hidden]");
  scrubber.remove("secret");
  scrubber.remove("secret");
  EXPECT_EQ(scrubber.scrub("a secret"), "a secret");
}

TEST(Scrubber, Adding_and_scrubbing_go_on_side_by_side) {
  Scrubber scrubber;
  scrubber.add("always here");
  std::atomic<bool> done = false;
  std::thread changer([&] {
    for (int i = 0; i < 2'000; ++i) {
      scrubber.add("passing " + std::to_string(i));
      scrubber.remove("passing " + std::to_string(i));
    }
    done = true;
  });
  do {
    EXPECT_EQ(scrubber.scrub("is always here?"), "is [hidden]?");
  } while (!done);
  changer.join();
}

}  // namespace
}  // namespace connector_host::observability
