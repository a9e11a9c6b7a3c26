#include "host/topology/suggestion.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace connector_host::topology {
namespace {

const std::vector<std::string> keys = {"queue", "prefetch", "url", "max_in_flight",
                                       "max_in_flight_bytes"};

TEST(Suggestion, Counts_swapped_neighbours_as_one_edit_and_ignores_case) {
  EXPECT_EQ(edit_distance("prefetch", "prefetch"), 0u);
  EXPECT_EQ(edit_distance("perfetch", "prefetch"), 1u);
  EXPECT_EQ(edit_distance("PREFETCH", "prefetch"), 0u);
  EXPECT_EQ(edit_distance("", "url"), 3u);
  EXPECT_EQ(edit_distance("qeueu", "queue"), 2u);
}

TEST(Suggestion, Finds_the_nearest_word) {
  EXPECT_EQ(closest("prefetchh", keys), "prefetch");
  EXPECT_EQ(closest("quue", keys), "queue");
  EXPECT_EQ(closest("max_in_fligt", keys), "max_in_flight");
  EXPECT_EQ(closest("ur", keys), "url");
}

TEST(Suggestion, A_word_far_from_all_has_none) {
  EXPECT_EQ(closest("topic", keys), std::nullopt);
  EXPECT_EQ(closest("", keys), std::nullopt);
  EXPECT_EQ(closest("x", keys), std::nullopt);
  EXPECT_EQ(closest(std::string(100'000, 'q'), keys), std::nullopt);
}

TEST(Suggestion, Lists_everything_when_nothing_is_near) {
  EXPECT_EQ(choose_instead("topic", keys, "known keys"),
            "known keys: queue, prefetch, url, max_in_flight and max_in_flight_bytes");
  EXPECT_EQ(choose_instead("quue", keys, "known keys"), "did you mean 'queue'?");
}

}  // namespace
}  // namespace connector_host::topology
