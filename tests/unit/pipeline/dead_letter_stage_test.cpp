// What becomes of rejected records that the dead letter refuses in turn.
#include "tests/unit/pipeline/scripted_task.hpp"

namespace connector_host::pipeline {

class DeadLetterStageTest : public ScriptedTask {
 protected:
  DeadLetterStageTest() {
    with_dead_letter();
    script_.sink_rejects_bad = true;
    settings.dead_letter_name = {"kafka", "orders.dlq"};
  }
  // Its failure, once it is over.
  std::string failure_of(std::deque<std::string> ids, std::size_t padding,
                         std::size_t letter_limit) {
    script_.padding = padding;
    script_.letter_limit = letter_limit;
    script_.ends = true;
    give(std::move(ids));
    start();
    task->join();
    return task->status().failure;
  }
};

TEST_F(DeadLetterStageTest, A_record_too_large_for_the_dead_letter_fails_the_task_and_is_returned) {
  const std::string why = failure_of({"1", "bad"}, 10'000, 9'000);
  EXPECT_EQ(task->status().state, TaskState::failed);
  for (const char* part :
       {"(kafka orders.dlq)", " bytes: too large", "raise the dead letter's size limit",
        "dead_letter.on_too_large: truncate"})
    EXPECT_NE(why.find(part), std::string::npos) << why;
  EXPECT_EQ(why.find('\n'), std::string::npos) << why;
  EXPECT_EQ(count(IntakeCount::delivered), 1u);
  EXPECT_EQ(count(IntakeCount::dead_lettered), 0u);
  EXPECT_EQ(count(IntakeCount::returned), 1u);
  EXPECT_EQ(count(LaneCount::dead_letter_failures), 1u);
  EXPECT_TRUE(script_.letters.empty());
}

TEST_F(DeadLetterStageTest, The_failure_names_the_size_of_key_value_and_headers) {
  const std::string why = failure_of({"bad"}, 10'000, 9'000);
  const std::string before = "refused a record of ";
  const auto at = why.find(before);
  ASSERT_NE(at, std::string::npos) << why;
  EXPECT_GT(std::stoul(why.substr(at + before.size())),
            10'000u + std::string("__connect.errors.exception.message").size())
      << why;
}

TEST_F(DeadLetterStageTest, With_truncate_the_dead_letter_gets_the_first_4096_bytes) {
  settings.truncate_dead_letters = true;
  EXPECT_EQ(failure_of({"1", "bad"}, 10'000, 9'000), "");
  EXPECT_EQ(task->status().state, TaskState::ended);
  EXPECT_EQ(count(IntakeCount::dead_lettered), 1u);
  EXPECT_EQ(script_.letters, std::vector<std::size_t>{4096});
}

TEST_F(DeadLetterStageTest,
       A_record_that_the_source_could_not_read_whole_is_truncated_in_any_case) {
  EXPECT_EQ(failure_of({"1", "unreadable"}, 10'000, 9'000), "");
  EXPECT_EQ(count(IntakeCount::dead_lettered), 1u);
  EXPECT_EQ(script_.letters, std::vector<std::size_t>{4096});
}

TEST_F(DeadLetterStageTest, A_record_refused_even_truncated_fails_the_task) {
  settings.truncate_dead_letters = true;
  const std::string why = failure_of({"bad"}, 10'000, 100);
  EXPECT_EQ(why, "the dead letter refused a record even truncated: too large");
  EXPECT_EQ(count(IntakeCount::returned), 1u);
}

}  // namespace connector_host::pipeline
