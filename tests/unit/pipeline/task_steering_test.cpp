// What a task does beside its usual work: paused at its end, stopped while a call waits, held back,
// with one bad record. On real threads; each test says what its components do and waits for what
// has to come of it.
#include "tests/unit/pipeline/scripted_task.hpp"

namespace connector_host::pipeline {
namespace {

using TaskSteering = ScriptedTask;

TEST_F(TaskSteering, One_whose_source_ends_while_it_is_paused_has_ended) {
  script_.ends = script_.sink_waits = true;
  give({"a"});
  start();
  ASSERT_TRUE(comes([&] { return task->status().in_flight == 1; }));
  task->pause();
  script_.sink_waits = false;
  task->join();
  EXPECT_EQ(task->status().state, TaskState::ended) << "nothing can resume it";
}

TEST_F(TaskSteering, One_record_on_which_a_transform_fails_keeps_no_other_from_being_delivered) {
  with_transform();
  settings.drain_timeout = 50ms;  // at the end of the test
  give({"1", "2", "3", "bad", "5", "6", "7", "8", "9", "10"});
  start();
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 9; })) << script_.written_ids();
  EXPECT_GT(count(LaneCount::put_off_by_transform), 0u);
  EXPECT_GT(task->counts().transforms.at(0).failed, 0u);
}

TEST_F(TaskSteering, A_transform_that_waits_is_cancelled_when_the_time_to_drain_is_over) {
  with_transform();
  settings.drain_timeout = 50ms;
  give({"endless"});
  start();
  ASSERT_TRUE(comes([&] { return script_.transforming > 0; }));
  task->stop();
  task->join();  // else for the two minutes of write_timeout, and longer than the test may take
  EXPECT_EQ(task->status().state, TaskState::stopped);
  EXPECT_EQ(count(IntakeCount::requeued), 1u);
}

TEST_F(TaskSteering, What_its_source_has_fetched_ahead_goes_to_others_when_the_store_stays_away) {
  with_store();
  settings.hold_max = 200ms;
  script_.store_away =
      true;  // since the first commit: the record is written, and nothing is in flight
  give({"a"});
  start();
  EXPECT_TRUE(comes([&] {
    return script_.pauses > 0 && task->status().state == TaskState::holding;
  })) << name_of(task->status().state);
  EXPECT_EQ(task->status().in_flight, 0u);
  script_.store_away = false;
  EXPECT_TRUE(comes([&] { return task->status().state == TaskState::running; }));
  give({"b"});
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 2; }));
}

TEST_F(TaskSteering, A_commit_that_failed_is_soon_tried_again_however_long_the_lease_is) {
  with_store();
  settings.lease = 1h;
  script_.commits_to_fail = 1;
  give({"a"});
  start();
  EXPECT_TRUE(comes([&] { return script_.commits >= 2; }));
  EXPECT_TRUE(comes([&] {
    TaskGauges gauges;
    task->counts(&gauges);
    return gauges.unsaved_commits == 0;
  }));
}

TEST_F(TaskSteering, Claims_are_renewed_while_many_commits_are_saved) {
  with_store();
  settings.lease = 300ms;
  std::string note;
  for (int i = 0; i < 4000; ++i) note += "4:" + std::to_string(1000 + i);
  parts.unsaved_commits = {[note] { return note; }, [](const std::string&) {}};
  script_.commits_are_slow = script_.sink_waits = true;  // a record holds its claim meanwhile
  give({"a"});
  start();
  ASSERT_TRUE(comes([&] { return script_.commits >= 8; }));
  EXPECT_GE(script_.renewals_before_last_commit, 3);
  script_.sink_waits = script_.commits_are_slow = false;
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 1; }));
}

TEST_F(TaskSteering, A_record_that_never_succeeds_fills_no_window) {
  script_.sink_never_takes_bad = true;
  settings.drain_timeout = 50ms;
  give({"bad", "1", "2", "3"});
  start();
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 3; }))
      << "the first window is one record, and the bad one has it";
  EXPECT_EQ(task->status().retries.records, 1u);
  EXPECT_EQ(task->status().retries.reason, "not now");
}

TEST_F(TaskSteering, Retries_end_after_their_timeout_and_the_task_fails_without_a_dead_letter) {
  script_.sink_never_takes_bad = true;
  settings.retry_timeout = 50ms;
  give({"1", "bad", "2"});
  start();
  task->join();
  EXPECT_EQ(task->status().state, TaskState::failed);
  EXPECT_NE(task->status().failure.find("errors.retry.timeout"), std::string::npos)
      << task->status().failure;
  EXPECT_NE(task->status().failure.find("not now"), std::string::npos) << task->status().failure;
  EXPECT_EQ(count(IntakeCount::requeued), 1u);
}

TEST_F(TaskSteering, An_unreadable_record_is_dead_lettered_without_an_id_rule) {
  settings.id.reset();
  with_dead_letter();
  with_transform();
  script_.ends = true;
  give({"1", "unreadable", "2"});
  start();
  task->join();
  EXPECT_EQ(task->status().state, TaskState::ended) << task->status().failure;
  EXPECT_EQ(count(IntakeCount::unreadable), 1u);
  EXPECT_EQ(count(IntakeCount::dead_lettered), 1u);
  EXPECT_EQ(count(IntakeCount::delivered), 2u);
  EXPECT_EQ(count(LaneCount::written), 2u);
}

TEST_F(TaskSteering, A_refused_start_fails_at_once_and_needs_an_operator) {
  settings.configuration = "same";
  parts.spent_deliveries = {[] { return std::string("20 20 same\nno dead letter"); },
                            [](const std::string&) {}};
  give({"1"});
  start();
  task->join();
  EXPECT_EQ(task->status().state, TaskState::failed);
  EXPECT_TRUE(task->status().needs_operator);
  EXPECT_TRUE(task->status().worked) << "the process stays for the operator";
  EXPECT_EQ(script_.written_ids(), 0u);
}

TEST_F(TaskSteering, What_could_not_be_given_back_does_not_count_as_given_back) {
  settings.drain_timeout = 50ms;
  script_.sink_waits = script_.nack_fails = true;
  give({"a"});
  start();
  ASSERT_TRUE(comes([&] { return task->status().in_flight == 1; }));
  task->stop();
  task->join();
  EXPECT_EQ(script_.nacks, 1);
  EXPECT_EQ(count(IntakeCount::requeued), 0u);
}

TEST_F(TaskSteering,
       A_source_that_works_again_closes_the_breaker_that_an_earlier_task_has_left_open) {
  for (int i = 0; i < 5; ++i) source_breaker.failure("of the task before");
  ASSERT_FALSE(source_breaker.closed());
  start();
  EXPECT_TRUE(comes([&] { return source_breaker.closed(); }));
  EXPECT_EQ(task->status().dependencies.at(0).last_error, "") << "that was another task's";
}

}  // namespace
}  // namespace connector_host::pipeline
