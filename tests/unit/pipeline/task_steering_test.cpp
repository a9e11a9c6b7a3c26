// What a task does beside its usual work: paused at its end, stopped while a call waits, held back, with one bad record. On
// real threads; each test says what its components do and waits for what has to come of it.
#include <gtest/gtest.h>
#include <connector/plugin.hpp>
#include <connector/testing/plugin_under_test.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "host/pipeline/task.hpp"
#include "host/world/real_world.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

// What the components do, and what they saw; of the test that runs.
struct Script {
  std::atomic<bool> ends = false;        // with the poll that gives the last record
  std::atomic<bool> sink_waits = false;  // in each write, until it is false
  std::atomic<bool> nack_fails = false;
  std::atomic<bool> store_away = false;  // since the first commit
  std::atomic<int> commits_to_fail = 0;
  std::atomic<bool> commits_are_slow = false, sink_never_takes_bad = false;
  std::atomic<int> pauses = 0, commits = 0, nacks = 0, transforming = 0, renewals = 0, renewals_before_last_commit = 0;

  std::mutex mutex;  // guards the rest
  std::deque<std::string> to_give;
  std::map<std::string, int> written;

  std::size_t written_ids() {
    std::lock_guard lock(mutex);
    return written.size();
  }
};
Script* script = nullptr;

class ScriptedSource : public connector::Source {
 public:
  static constexpr std::string_view type = "scripted", description = "Gives what the script has.";
  ScriptedSource(connector::Host, const connector::Config&) {}

  connector::PollResult poll(std::uint32_t max_records, std::uint64_t, connector_batch& out, connector::Call& call) override {
    auto batch = pool_.take();
    bool over = false;
    {
      std::lock_guard lock(script->mutex);
      for (auto& left = script->to_give; batch->record_count() < max_records && !left.empty(); left.pop_front()) {
        connector_record& record = batch->add();
        record.value = batch->copy("{\"event_id\":\"" + left.front() + "\"}");
        record.position = ++position_;
      }
      over = script->ends && script->to_give.empty();
    }
    if (batch->empty() && !over) {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, std::min<std::chrono::milliseconds>(call.timeout(), 20ms), [&] { return wake_; });
      wake_ = false;
    }
    pool_.finish(std::move(batch), out);
    return over ? connector::PollResult::end : connector::PollResult::more;
  }
  void wake() override {
    std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_one();
  }
  void pause(connector::Call&) override { ++script->pauses; }
  void ack(std::span<const std::uint64_t>, connector::Call&) override {}
  void nack(std::span<const std::uint64_t>, bool, connector::Call&) override {
    ++script->nacks;
    if (script->nack_fails) throw connector::not_connected("cut");
  }

 private:
  connector::BatchPool pool_;
  std::uint64_t position_ = 0;
  std::mutex mutex_;  // guards wake_
  std::condition_variable woken_;
  bool wake_ = false;
};

class ScriptedSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "scripted", description = "Writes into the script.";
  ScriptedSink(connector::Host, const connector::Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    while (script->sink_waits && !cancelled_) std::this_thread::yield();
    if (cancelled_) throw connector::retriable("cancelled");
    std::lock_guard lock(script->mutex);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (script->sink_never_takes_bad && records[i].id() == "bad") {
        outcomes.retry(i, "not now");
        continue;
      }
      ++script->written[std::string(records[i].id())];
      outcomes.delivered(i);
    }
  }
  void cancel() override { cancelled_ = true; }

 private:
  std::atomic<bool> cancelled_ = false;
};

class ScriptedStore : public connector::DedupStore {
 public:
  static constexpr std::string_view type = "scripted", description = "Claims everything.";
  ScriptedStore(connector::Host, const connector::Config&) {}
  void open(connector::Call&) override { check_there(); }
  void check(connector::Call&) override { check_there(); }
  void claim(std::string_view, std::chrono::milliseconds, connector::Ids, std::span<connector::Claim> states, connector::Call&) override {
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void renew(std::string_view, std::chrono::milliseconds, connector::Ids, std::span<connector::Claim> states, connector::Call&) override {
    ++script->renewals;
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void commit(connector::Ids, connector::Call&) override {
    if (script->commits_are_slow) std::this_thread::sleep_for(100ms);  // as a slow store is
    script->renewals_before_last_commit = script->renewals.load();
    ++script->commits;
    check_there();
    if (script->commits_to_fail > 0) {
      --script->commits_to_fail;
      throw connector::retriable("not now");
    }
  }
  void release(std::string_view, connector::Ids, connector::Call&) override {}

 private:
  static void check_there() {
    if (script->store_away && script->commits > 0) throw connector::not_connected("gone");
  }
};

// Throws of "bad" for all that it was given; waits on "endless" until it is cancelled.
class ScriptedTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "scripted", description = "Passes on what is good.";
  ScriptedTransform(connector::Host, const connector::Config&) {}
  void apply(connector::Records records, connector::Outputs& outputs, connector::Outcomes&, connector::Call&) override {
    ++script->transforming;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].value().find("bad") != std::string_view::npos) throw std::out_of_range("no such field");
      while (records[i].value().find("endless") != std::string_view::npos && !cancelled_) std::this_thread::yield();
      if (cancelled_) throw connector::retriable("cancelled");
      outputs.emit(i).value = outputs.memory().copy(records[i].value());
    }
  }
  void cancel() override { cancelled_ = true; }

 private:
  std::atomic<bool> cancelled_ = false;
};

class TaskSteering : public testing::Test {
 protected:
  TaskSteering() {
    script = &script_;
    settings.connector = settings.scope = "x";
    settings.owner = "x/0";
    settings.workers = 1;
    settings.retry = {1ms, 20ms};
  }

  void start() {
    parts.transforms.resize(settings.workers);
    task = std::make_unique<Task>(settings, world, parts, [] {});
    task->start();
  }
  void with_store() {
    parts.dedup = &store;
    parts.dedup_breaker = &store_breaker;
  }
  void with_transform() { parts.transforms = {{&transform}}; }
  void give(std::deque<std::string> ids) {
    std::lock_guard lock(script_.mutex);
    script_.to_give = std::move(ids);
  }
  // A time limit for what does not come at all, and no bound of how long it may take.
  template <class F>
  static bool comes(F&& condition) {
    for (const auto end = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < end; std::this_thread::yield()) {
      if (condition()) return true;
    }
    return false;
  }
  std::uint64_t count(IntakeCount what) const { return task->counts().intake[what]; }
  std::uint64_t count(LaneCount what) const { return task->counts().lanes[what]; }

  Script script_;
  world::RealWorld world;
  const connector::testing::FakeHost host;
  plugin::SourceHandle source{connector::detail::component_table<ScriptedSource>, *host.raw(), "{}"};
  plugin::SinkHandle sink{connector::detail::component_table<ScriptedSink>, *host.raw(), "{}"};
  plugin::DedupHandle store{connector::detail::component_table<ScriptedStore>, *host.raw(), "{}"};
  plugin::TransformHandle transform{connector::detail::component_table<ScriptedTransform>, *host.raw(), "{}"};
  middleware::Breaker source_breaker{world, {}}, sink_breaker{world, {}}, store_breaker{world, {}};
  TaskSettings settings;
  TaskParts parts{source, source_breaker, sink, sink_breaker};
  std::unique_ptr<Task> task;
};

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
  script_.store_away = true;  // since the first commit: the record is written, and nothing is in flight
  give({"a"});
  start();
  EXPECT_TRUE(comes([&] { return script_.pauses > 0 && task->status().state == TaskState::holding; })) << name_of(task->status().state);
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
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 3; })) << "the first window is one record, and the bad one has it";
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
  EXPECT_NE(task->status().failure.find("errors.retry.timeout"), std::string::npos) << task->status().failure;
  EXPECT_NE(task->status().failure.find("not now"), std::string::npos) << task->status().failure;
  EXPECT_EQ(count(IntakeCount::requeued), 1u);
}

TEST_F(TaskSteering, A_refused_start_fails_at_once_and_needs_an_operator) {
  settings.configuration = "same";
  parts.spent_deliveries = {[] { return std::string("20 20 same\nno dead letter"); }, [](const std::string&) {}};
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

TEST_F(TaskSteering, A_source_that_works_again_closes_the_breaker_that_an_earlier_task_has_left_open) {
  for (int i = 0; i < 5; ++i) source_breaker.failure("of the task before");
  ASSERT_FALSE(source_breaker.closed());
  start();
  EXPECT_TRUE(comes([&] { return source_breaker.closed(); }));
  EXPECT_EQ(task->status().dependencies.at(0).last_error, "") << "that was another task's";
}

}  // namespace
}  // namespace connector_host::pipeline
