#pragma once
// The conformance suite for sources: what every host relies on, whatever a source reads from.
//
//   SourceSubject subject{plugin.component(CONNECTOR_SOURCE, "mine"), config, make_four_records_available};
//   for (const auto& rule : source_rules()) rule.check(subject);
//
// Each rule makes an instance of its own. It does not test what a source reads, only how it behaves.
#include <algorithm>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "connector/testing/conformance.hpp"
#include "connector/testing/identity_conformance.hpp"
#include "connector/testing/plugin_under_test.hpp"
#include "connector/testing/source_trial.hpp"

namespace connector::testing {

struct SourceSubject {
  const connector_component& component;
  std::string config;
  // Makes sure that at least four records, which no rule has seen and which differ, are there for the next instance, and no end.
  std::function<void()> provide = [] {};
  bool hands_out_again_after_nack = true;
  bool hands_out_again_after_reopen = true;
  bool closes_soon = true;  // false: its documentation says that close takes longer than 2 s
};

using SourceRule = Rule<SourceSubject>;

namespace detail {

inline SourceTrial trial_of(SourceSubject& subject) {
  subject.provide();
  return {subject.component, subject.config};
}

inline void returns_soon(SourceTrial& trial, std::uint32_t timeout_ms) {
  const Stopwatch watch;
  Lease lease;
  trial.poll(lease, 0, timeout_ms);
  require(watch.passed() < patience, "a poll that was woken went on until its time limit");
}

// Takes and keeps whatever is there, so that the source has nothing more but is not at its end. False: it never runs dry.
inline bool take_everything(SourceTrial& trial, std::vector<Lease>& held) {
  for (int turn = 0; turn < 50; ++turn) {
    Lease lease;
    trial.poll(lease, 1000, 200);
    if (lease.size() == 0) return true;
    held.push_back(std::move(lease));
  }
  return false;
}

// Takes and keeps records until there are so many; then nothing more may come.
inline void take_exactly(SourceTrial& trial, std::vector<Lease>& held, std::size_t records) {
  std::size_t taken = 0;
  for (const Lease& each : held) taken += each.size();
  while (taken < records) taken += held.emplace_back(trial.take(100)).size();
  Lease none;
  trial.poll(none, 100, 200);
  require(taken + none.size() <= records, "more records were handed out unsettled than the window allows");
}

// A poll that takes, of a source that has nothing. What comes late is kept, and then it is asked again.
inline std::chrono::milliseconds empty_poll(SourceTrial& trial, std::vector<Lease>& held, std::uint32_t timeout_ms) {
  for (;;) {
    const Stopwatch watch;
    Lease lease;
    trial.poll(lease, 100, timeout_ms);
    if (lease.size() == 0) return watch.passed();
    held.push_back(std::move(lease));
  }
}

// Each rule's name is the sentence that it holds a source to.
namespace source_rule {

inline void poll_returns_by_its_time_limit(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Stopwatch watch;
  Lease lease;
  trial.poll(lease, 0, 50);
  require(watch.passed() < std::chrono::milliseconds(50) + patience, "poll did not return by its time limit");
}

inline void poll_for_no_records_takes_none(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  Lease none;
  trial.poll(none, 0, 20);
  require(none.size() == 0, "poll gave records although it was asked for none");
  require(trial.take(4).size() > 0, "no record was there after a poll for none");
}

inline void wake_ends_the_next_poll(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  trial.wake();
  returns_soon(trial, 60'000);
}

inline void wake_ends_one_poll_only(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  trial.wake();
  trial.wake();
  returns_soon(trial, 60'000);
  const Stopwatch watch;
  Lease lease;
  trial.poll(lease, 0, 100);
  require(watch.passed() >= std::chrono::milliseconds(90), "one wake ended two polls");
}

inline void wake_while_closed_is_kept(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.wake();
  trial.open();
  returns_soon(trial, 60'000);
}

inline void wake_ends_the_current_poll(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  auto waker = std::async(std::launch::async, [&] { trial.wake(); });  // before or during the poll: both must end it
  returns_soon(trial, 60'000);
  waker.get();
}

inline void a_taking_poll_of_an_empty_source_lasts_for_its_time_limit(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  std::vector<Lease> held;
  if (!take_everything(trial, held)) return;
  const auto passed = empty_poll(trial, held, 100);
  require(passed < std::chrono::milliseconds(100) + patience, "a poll that found nothing did not return by its time limit");
  require(passed >= std::chrono::milliseconds(90), "a poll that found nothing did not wait for a record");
}

inline void wake_ends_a_taking_poll_of_an_empty_source(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  std::vector<Lease> held;
  if (!take_everything(trial, held)) return;
  trial.wake();
  require(empty_poll(trial, held, 60'000) < patience, "a taking poll after a wake went on until its time limit");
  auto waker = std::async(std::launch::async, [&] { trial.wake(); });  // before or during the poll: both must end it
  require(empty_poll(trial, held, 60'000) < patience, "a taking poll that was woken went on until its time limit");
  waker.get();
}

inline void a_time_limit_of_0_waits_for_nothing(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Stopwatch watch;
  Lease none, some;
  trial.poll(none, 0, 0);
  trial.poll(some, 1, 0);
  require(watch.passed() < patience, "a poll with a time limit of 0 waited");
}

inline void a_cancel_before_open_is_undone_by_it(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.cancel();
  trial.open();
  require(trial.take(1).size() == 1, "no record after cancel and open");
}

inline void close_returns_soon(SourceSubject& subject) {
  if (!subject.closes_soon) return;
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Lease unsettled = trial.take(2);
  const Stopwatch watch;
  trial.close();
  require(watch.passed() < close_limit + patience, "close took longer than 2 s");
}

inline void a_lease_survives_ack_close_and_open(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Lease lease = trial.take(2);
  const auto before = lease.values();
  trial.ack(lease.positions());
  const Lease other = trial.take(2);
  trial.close();
  require(lease.values() == before, "close changed a record that was leased");
  trial.open();
  require(lease.values() == before, "open changed a record that was leased");
}

inline void a_lease_may_be_released_on_another_thread_after_close(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  Lease lease = trial.take(2);
  trial.close();
  std::async(std::launch::async, [&] { lease.release(); }).get();
  require(lease.raw()->release == nullptr, "release has to set itself to null");
}

inline void close_may_be_repeated_and_open_follows_it(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.close();
  trial.open();
  trial.close();
  trial.close();
  trial.open();
  require(trial.take(1).size() == 1, "no record after close and open");
}

inline void positions_in_flight_are_distinct(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Lease first = trial.take(2), second = trial.take(2);
  auto all = first.positions();
  const auto more = second.positions();
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  require(std::adjacent_find(all.begin(), all.end()) == all.end(), "two records in flight have one position");
}

inline void positions_of_an_earlier_opening_do_no_harm(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  std::vector<std::uint64_t> old = trial.take(2).positions();
  trial.close();
  trial.open();
  const Lease lease = trial.take(2);
  TestCall call;
  const connector_code code = trial.ops().ack(trial.self(), old.data(), old.size(), call);
  require(code == CONNECTOR_OK || code == CONNECTOR_NOT_CONNECTED, "ack of an old position failed: " + call.message());
  trial.ack(lease.positions());
}

inline void a_returned_record_comes_again(SourceSubject& subject) {
  if (!subject.hands_out_again_after_nack) return;
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Lease lease = trial.take(1);
  trial.nack(lease.positions(), 1);
  require(trial.comes_again(lease.values().front()), "a record that was nacked with requeue did not come again");
}

inline void an_unsettled_record_comes_again_after_a_reopening(SourceSubject& subject) {
  if (!subject.hands_out_again_after_reopen) return;
  SourceTrial trial = trial_of(subject);
  trial.open();
  const Lease lease = trial.take(1);
  trial.close();
  trial.open();
  require(trial.comes_again(lease.values().front()), "a record that was not settled did not come again after close and open");
}

inline void check_asks_without_taking(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  TestCall before(5000), after(5000);
  require(trial.ops().lifecycle->check(trial.self(), before) == CONNECTOR_OK, "check before open failed: " + before.message());
  trial.open();
  require(trial.ops().lifecycle->check(trial.self(), after) == CONNECTOR_OK, "check failed: " + after.message());
  require(trial.take(1).size() == 1, "no record after check");
}

inline void check_may_run_beside_intake_calls(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  trial.open();
  auto checks = std::async(std::launch::async, [&] {
    for (int turn = 0; turn < 5; ++turn) {
      TestCall call(5000);
      require(trial.ops().lifecycle->check(trial.self(), call) == CONNECTOR_OK, "check beside other calls failed: " + call.message());
    }
  });
  const Lease lease = trial.take(2);
  trial.ack(lease.positions());
  while (checks.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    Lease none;
    trial.poll(none, 0, 10);
  }
  checks.get();
}

inline void the_identity_names_the_configuration(SourceSubject& subject) {
  SourceTrial one = trial_of(subject), two(subject.component, subject.config);
  check_identity(one, two);
}

inline void a_window_bounds_what_is_unsettled(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  if (!trial.implements_set_window()) return;
  trial.set_window(2);
  trial.open();
  std::vector<Lease> held;
  take_exactly(trial, held, 2);
  trial.set_window(3);
  take_exactly(trial, held, 3);
}

inline void a_window_is_kept_over_close_and_open(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  if (!trial.implements_set_window()) return;
  trial.open();
  trial.set_window(1);
  trial.close();
  trial.open();
  std::vector<Lease> held;
  take_exactly(trial, held, 1);
}

inline void a_lowered_window_brings_no_more(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  if (!trial.implements_set_window()) return;
  trial.set_window(3);
  trial.open();
  std::vector<Lease> held;
  take_exactly(trial, held, 3);
  trial.set_window(1);
  take_exactly(trial, held, 3);
}

// Whether the source has received more than it has handed out at that moment is its own affair.
inline void a_lowered_window_loses_and_repeats_nothing(SourceSubject& subject) {
  SourceTrial trial = trial_of(subject);
  if (!trial.implements_set_window()) return;
  trial.set_window(3);
  trial.open();
  std::vector<std::string> values;
  for (int turn = 0; turn < 4; ++turn) {
    const Lease lease = trial.take(1);
    if (turn == 0) trial.set_window(1);
    values.push_back(lease.values().front());
    trial.ack(lease.positions());
  }
  std::sort(values.begin(), values.end());
  require(std::adjacent_find(values.begin(), values.end()) == values.end(), "a record was handed out twice after the window was lowered");
}

}  // namespace source_rule
}  // namespace detail

inline const std::vector<SourceRule>& source_rules() {
  using namespace detail::source_rule;
  static const std::vector<SourceRule> rules = {
      {"Poll_returns_by_its_time_limit", poll_returns_by_its_time_limit},
      {"Poll_for_no_records_takes_none", poll_for_no_records_takes_none},
      {"Wake_ends_the_next_poll", wake_ends_the_next_poll},
      {"Wake_ends_one_poll_only", wake_ends_one_poll_only},
      {"Wake_while_closed_is_kept", wake_while_closed_is_kept},
      {"Wake_ends_the_current_poll", wake_ends_the_current_poll},
      {"A_taking_poll_of_an_empty_source_lasts_for_its_time_limit", a_taking_poll_of_an_empty_source_lasts_for_its_time_limit},
      {"Wake_ends_a_taking_poll_of_an_empty_source", wake_ends_a_taking_poll_of_an_empty_source},
      {"A_time_limit_of_0_waits_for_nothing", a_time_limit_of_0_waits_for_nothing},
      {"A_cancel_before_open_is_undone_by_it", a_cancel_before_open_is_undone_by_it},
      {"Close_returns_soon", close_returns_soon},
      {"A_lease_survives_ack_close_and_open", a_lease_survives_ack_close_and_open},
      {"A_lease_may_be_released_on_another_thread_after_close", a_lease_may_be_released_on_another_thread_after_close},
      {"Close_may_be_repeated_and_open_follows_it", close_may_be_repeated_and_open_follows_it},
      {"Positions_in_flight_are_distinct", positions_in_flight_are_distinct},
      {"Positions_of_an_earlier_opening_do_no_harm", positions_of_an_earlier_opening_do_no_harm},
      {"A_returned_record_comes_again", a_returned_record_comes_again},
      {"An_unsettled_record_comes_again_after_a_reopening", an_unsettled_record_comes_again_after_a_reopening},
      {"Check_asks_without_taking", check_asks_without_taking},
      {"Check_may_run_beside_intake_calls", check_may_run_beside_intake_calls},
      {"The_identity_names_the_configuration", the_identity_names_the_configuration},
      {"A_window_bounds_what_is_unsettled", a_window_bounds_what_is_unsettled},
      {"A_window_is_kept_over_close_and_open", a_window_is_kept_over_close_and_open},
      {"A_lowered_window_brings_no_more", a_lowered_window_brings_no_more},
      {"A_lowered_window_loses_and_repeats_nothing", a_lowered_window_loses_and_repeats_nothing}};
  return rules;
}

}  // namespace connector::testing
