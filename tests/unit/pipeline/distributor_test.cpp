#include "host/pipeline/distributor.hpp"

#include <gtest/gtest.h>

#include <list>

#include "connector/view.hpp"
#include "host/pipeline/join_table.hpp"
#include "tests/unit/middleware/manual_world.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class DistributorTest : public testing::Test {
 protected:
  Entry& entry(const std::string& id, std::uint32_t deliveries = 0) {
    Entry& made = entries.emplace_back();
    made.id = id;
    made.id_hash = JoinTable::hash_of(id);
    made.record.delivery_count = deliveries;
    return made;
  }
  Distributor make() {
    return Distributor(
        1,
        [this](std::uint32_t, std::span<Entry* const> given) {
          for (const Entry* each : given) lane += each->id;
        },
        {[this] { return note; }, [this](const std::string& text) { note = text; }}, world,
        counters);
  }
  void settle(Distributor& distributor, Entry& settled, Verdict verdict = Verdict::delivered) {
    settled.verdict = verdict;
    distributor.settled(settled);
    distributor.hand_out();
  }
  // The process ends with the record at work.
  void die_with(const std::string& id) {
    Distributor distributor = make();
    distributor.add(entry(id, 3));
    distributor.hand_out();
  }

  // What the next process makes of it when it comes again.
  Stage judged(const std::string& id, std::uint32_t deliveries) {
    Distributor distributor = make();
    Entry& again = entry(id, deliveries);
    distributor.add(again);
    return again.stage;
  }

  ManualWorld world;
  IntakeCounters counters;
  std::list<Entry> entries;
  std::string lane, note;
};

TEST_F(DistributorTest, What_was_handed_out_seldom_goes_at_once) {
  Distributor distributor = make();
  distributor.add(entry("a"));
  distributor.add(entry("b", 2));
  EXPECT_EQ(lane, "");
  distributor.hand_out();
  EXPECT_EQ(lane, "ab");
  EXPECT_FALSE(distributor.holds_back());
}

TEST_F(DistributorTest,
       A_suspect_goes_alone_after_everything_before_it_and_before_anything_behind_it) {
  Distributor distributor = make();
  Entry &before = entry("a"), &suspect = entry("s", 3), &behind = entry("b"), &more = entry("c");
  for (Entry* each : {&before, &suspect, &behind, &more}) distributor.add(*each);
  distributor.hand_out();
  EXPECT_EQ(lane, "a");
  EXPECT_TRUE(distributor.holds_back());
  settle(distributor, before);
  EXPECT_EQ(lane, "as");
  EXPECT_TRUE(distributor.holds_back());
  settle(distributor, suspect);
  EXPECT_EQ(lane, "asbc");
  EXPECT_FALSE(distributor.holds_back());
  EXPECT_EQ(counters[IntakeCount::suspects].value(), 1u);
}

TEST_F(DistributorTest, The_record_that_the_process_died_with_twice_is_rejected_and_no_other_one) {
  die_with("s");
  die_with("s");
  Distributor distributor = make();
  Entry &guilty = entry("s", 4), &other = entry("t", 4);
  distributor.add(guilty);
  distributor.add(other);
  EXPECT_EQ(guilty.stage, Stage::rejected);
  EXPECT_NE(guilty.reason.find("ended 2 times"), std::string::npos) << guilty.reason;
  EXPECT_EQ(other.stage, Stage::fresh);
  EXPECT_EQ(counters[IntakeCount::guilty].value(), 1u);
}

TEST_F(DistributorTest, Dying_once_is_no_proof_and_other_suspects_in_between_change_nothing) {
  die_with("s");
  {
    Distributor distributor = make();
    Entry &other = entry("t", 4), &suspect = entry("s", 4);
    distributor.add(other);
    distributor.add(suspect);
    EXPECT_EQ(suspect.stage, Stage::fresh);
    distributor.hand_out();
    settle(distributor, other);  // and dies with s, which goes next
  }
  EXPECT_EQ(judged("s", 5), Stage::rejected);
}

TEST_F(DistributorTest, A_suspect_that_is_settled_is_cleared_and_nothing_of_it_is_kept) {
  die_with("s");
  {
    Distributor distributor = make();
    Entry& suspect = entry("s", 4);
    distributor.add(suspect);
    distributor.hand_out();
    settle(distributor, suspect);
  }
  EXPECT_EQ(note, "");
  die_with("s");
  EXPECT_EQ(judged("s", 4), Stage::fresh);
}

TEST_F(DistributorTest,
       A_suspect_that_is_settled_is_cleared_before_others_go_that_stood_behind_it) {
  Distributor distributor = make();
  Entry &suspect = entry("s", 3), &behind = entry("b");
  distributor.add(suspect);
  distributor.add(behind);
  distributor.hand_out();
  EXPECT_NE(note, "");
  settle(distributor, suspect);
  EXPECT_EQ(lane, "sb");
  EXPECT_EQ(note, "") << "whatever the process dies of now, it is not this one";
}

TEST_F(DistributorTest, One_that_goes_back_to_the_source_stays_accused) {
  die_with("s");
  die_with("s");
  {
    Distributor distributor = make();
    Entry& suspect = entry("s", 4);
    distributor.add(suspect);
    distributor.hand_out();
    settle(distributor, suspect, Verdict::returned);
  }
  EXPECT_EQ(judged("s", 4), Stage::rejected);
}

TEST_F(DistributorTest,
       The_guilty_one_stays_so_as_the_source_may_not_have_heard_that_it_was_set_aside) {
  die_with("s");
  die_with("s");
  Distributor distributor = make();
  Entry& guilty = entry("s", 4);
  distributor.add(guilty);
  distributor.hand_out();
  settle(distributor, guilty, Verdict::dead_lettered);
  Entry& again = entry("s", 5);
  distributor.add(again);
  EXPECT_EQ(again.stage, Stage::rejected);
  distributor.hand_out();
  settle(distributor, again, Verdict::dead_lettered);
  EXPECT_EQ(judged("s", 6), Stage::rejected);
}

TEST_F(DistributorTest, An_hour_after_the_latest_death_nobody_is_guilty_of_it_any_more) {
  die_with("s");
  world.pass(59min);
  die_with("s");
  world.pass(59min);
  EXPECT_EQ(judged("s", 4), Stage::rejected);
  world.pass(1min);
  EXPECT_EQ(judged("s", 5), Stage::fresh);
}

TEST_F(DistributorTest, What_is_held_back_can_be_taken_and_is_settled_as_any_other) {
  Distributor distributor = make();
  Entry &first = entry("s", 3), &second = entry("t", 3), &third = entry("u");
  for (Entry* each : {&first, &second, &third}) distributor.add(*each);
  distributor.hand_out();
  std::vector<Entry*> taken;
  distributor.take_held_back(taken);
  EXPECT_EQ(taken, (std::vector<Entry*>{&second, &third}));
  for (Entry* each : {&second, &third, &first}) settle(distributor, *each, Verdict::returned);
  EXPECT_FALSE(distributor.holds_back());
  Entry& next = entry("v", 3);
  distributor.add(next);
  distributor.hand_out();
  EXPECT_EQ(lane, "sv") << "nothing is in a lane any more";
}

TEST_F(DistributorTest, A_note_that_is_no_note_accuses_nobody) {
  note = "garbage\n-1 x\n";
  EXPECT_EQ(judged("s", 9), Stage::fresh);
}

}  // namespace
}  // namespace connector_host::pipeline
