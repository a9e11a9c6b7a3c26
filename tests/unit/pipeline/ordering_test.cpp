// Whom a record that has to wait holds up, by the ordering of its task.
#include "host/pipeline/ordering.hpp"

#include "tests/unit/pipeline/scripted_task.hpp"

namespace connector_host::pipeline {
namespace {

using Ids = std::vector<std::string>;

class OrderingTest : public ScriptedTask {
 protected:
  OrderingTest() {
    settings.workers = 3;
    settings.drain_timeout = 50ms;
  }
  // "bad" is tried a few times more.
  void wait_for_retries(LaneCount of) {
    const std::uint64_t then = count(of);
    ASSERT_TRUE(comes([&] { return count(of) >= then + 3; }));
  }
  Ids written() {
    std::lock_guard lock(script_.mutex);
    return script_.in_order;
  }
};

TEST_F(OrderingTest, In_a_queue_a_record_that_is_retried_holds_up_all_behind_it) {
  settings.ordering = Ordering::queue;
  script_.sink_never_takes_bad = true;
  give({"bad"});
  start();
  wait_for_retries(LaneCount::put_off_by_sink);
  give({"1", "2", "3", "4", "5"});
  ASSERT_TRUE(comes([&] { return count(IntakeCount::received) >= 2; }));
  wait_for_retries(LaneCount::put_off_by_sink);
  EXPECT_EQ(written(), Ids{});
  script_.sink_never_takes_bad = false;
  ASSERT_TRUE(comes([&] { return script_.written_ids() == 6; }));
  EXPECT_EQ(written(), (Ids{"bad", "1", "2", "3", "4", "5"}));
}

TEST_F(OrderingTest,
       In_a_queue_a_rejected_record_holds_up_nobody_however_long_its_dead_letter_takes) {
  settings.ordering = Ordering::queue;
  parts.dead_letter = &letters;
  parts.dead_letter_breaker = &letters_breaker;
  script_.sink_rejects_bad = script_.letters_are_refused = true;
  give({"bad"});
  start();
  wait_for_retries(LaneCount::put_off_by_dead_letter);
  give({"1", "2", "3"});
  ASSERT_TRUE(comes([&] { return script_.written_ids() == 3; }));
  EXPECT_EQ(written(), (Ids{"1", "2", "3"}));
  EXPECT_EQ(count(IntakeCount::dead_lettered), 0u);
  script_.letters_are_refused = false;
  EXPECT_TRUE(comes([&] { return count(IntakeCount::dead_lettered) == 1; }));
}

TEST_F(OrderingTest, By_key_a_record_of_another_key_goes_on) {
  settings.ordering = Ordering::key;
  script_.sink_never_takes_bad = true;
  give({"bad"});
  start();
  wait_for_retries(LaneCount::put_off_by_sink);
  give({"1", "2", "3"});
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 3; }));
}

}  // namespace
}  // namespace connector_host::pipeline
