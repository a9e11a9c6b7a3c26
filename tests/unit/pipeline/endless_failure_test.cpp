// One record fails for ever, in each of the ways there are: the others are delivered.
#include "tests/unit/pipeline/scripted_task.hpp"

namespace connector_host::pipeline {
namespace {

// However a record fails, and however often it did before others came.
struct EndlessFailure {
  const char* name;
  void (*prepare)(ScriptedTask&);
  LaneCount retries;
};

class AnEndlessFailure : public ScriptedTask, public testing::WithParamInterface<EndlessFailure> {};

TEST_P(AnEndlessFailure, Others_are_delivered_although_it_failed_often_before_they_came) {
  GetParam().prepare(*this);
  settings.drain_timeout = 50ms;
  give({"bad"});
  start();
  ASSERT_TRUE(comes([&] {
    return count(GetParam().retries) >= 3 * middleware::BreakerSettings{}.failures;
  })) << count(GetParam().retries);
  give({"1", "2", "3"});
  EXPECT_TRUE(comes([&] { return script_.written_ids() == 3; })) << script_.written_ids();
  EXPECT_EQ(sink_breaker.status().openings + letters_breaker.status().openings +
                store_breaker.status().openings,
            0u);
}

INSTANTIATE_TEST_SUITE_P(
    A_record, AnEndlessFailure,
    testing::Values(EndlessFailure{"that_the_sink_never_takes",
                                   [](ScriptedTask&) { script->sink_never_takes_bad = true; },
                                   LaneCount::put_off_by_sink},
                    EndlessFailure{"of_which_the_sink_throws",
                                   [](ScriptedTask&) { script->sink_throws_of_bad = true; },
                                   LaneCount::put_off_by_sink},
                    EndlessFailure{"of_which_a_transform_throws",
                                   [](ScriptedTask& test) { test.with_transform(); },
                                   LaneCount::put_off_by_transform},
                    EndlessFailure{"of_which_the_store_throws",
                                   [](ScriptedTask& test) {
                                     script->store_throws_of_bad = true;
                                     test.with_store();
                                   },
                                   LaneCount::put_off_by_dedup},
                    EndlessFailure{"whose_letter_is_never_taken",
                                   [](ScriptedTask& test) {
                                     script->sink_rejects_bad = script->letters_are_refused = true;
                                     test.with_dead_letter();
                                   },
                                   LaneCount::put_off_by_dead_letter}),
    [](const auto& info) { return info.param.name; });

TEST_F(ScriptedTask, Without_retries_only_the_record_of_which_a_transform_throws_is_dead_lettered) {
  with_transform();
  settings.retry_timeout = 0ms;
  with_dead_letter();
  give({"1", "2", "3", "4", "5", "bad", "7", "8", "9", "10"});
  start();
  EXPECT_TRUE(comes([&] {
    return script_.written_ids() == 9 && count(LaneCount::dead_letter_writes) == 1;
  })) << script_.written_ids()
      << " written, " << count(LaneCount::dead_letter_writes) << " dead-lettered";
}

}  // namespace
}  // namespace connector_host::pipeline
