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

class KeptCommitsTest : public testing::Test {
 protected:
  Note note() {
    return {[this] { return text; }, [this](const std::string& now) { text = now; }};
  }
  std::string text;
};

TEST_F(KeptCommitsTest, A_note_takes_ids_of_any_bytes_to_the_next_task) {
  const std::string odd("a:1\n\0b", 6);
  UnsavedCommits before(10, note());
  before.add(odd);
  before.add("12:x");
  before.keep();
  UnsavedCommits after(10, note());
  EXPECT_EQ(after.size(), 2u);
  EXPECT_TRUE(after.contains(odd));
  EXPECT_TRUE(after.contains("12:x"));
  EXPECT_EQ(after.oldest(1), std::vector<std::string>{odd});
}

TEST_F(KeptCommitsTest, The_note_goes_when_everything_is_saved) {
  UnsavedCommits before(10, note());
  before.add("a");
  before.keep();
  ASSERT_NE(text, "");
  UnsavedCommits after(10, note());
  after.remove({"a"});
  EXPECT_EQ(text, "");
}

TEST_F(KeptCommitsTest, Of_a_damaged_note_the_sound_beginning_counts) {
  for (const char* damaged : {"1:a9999:b", "1:a2:", "1:ax", "1:a99999999999999999999999999:b"}) {
    text = damaged;
    UnsavedCommits commits(10, note());
    EXPECT_EQ(commits.size(), 1u) << damaged;
    EXPECT_TRUE(commits.contains("a")) << damaged;
  }
}

}  // namespace
}  // namespace connector_host::pipeline
