#include "host/pipeline/unsaved_commits.hpp"

#include <gtest/gtest.h>

namespace connector_host::pipeline {
namespace {

TEST(UnsavedCommits, Answers_for_what_was_added_until_it_is_saved) {
  UnsavedCommits unsaved(10);
  EXPECT_TRUE(unsaved.empty());
  unsaved.add("a");
  unsaved.add("a");
  EXPECT_TRUE(unsaved.contains("a"));
  EXPECT_EQ(unsaved.oldest(5), std::vector<std::string>{"a"});
  unsaved.remove({"a"});
  EXPECT_FALSE(unsaved.contains("a"));
  EXPECT_TRUE(unsaved.empty());
}

TEST(UnsavedCommits, Forgets_the_oldest_when_it_is_full_and_counts_it) {
  UnsavedCommits unsaved(2);
  for (const char* id : {"a", "b", "c"}) unsaved.add(id);
  EXPECT_FALSE(unsaved.contains("a"));
  EXPECT_EQ(unsaved.oldest(5), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(unsaved.forgotten(), 1u);
}

}  // namespace
}  // namespace connector_host::pipeline
