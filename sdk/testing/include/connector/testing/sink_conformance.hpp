#pragma once
// The conformance suite for sinks: what every host relies on, wherever a sink writes to.
//
//   SinkSubject subject{plugin.component(CONNECTOR_SINK, "mine"), config};
//   for (const auto& rule : sink_rules()) rule.check(subject);
//
// Each rule makes an instance of its own. It does not test where records arrive, only what the sink says of them.
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "connector/testing/conformance.hpp"
#include "connector/testing/identity_conformance.hpp"
#include "connector/testing/plugin_under_test.hpp"
#include "connector/testing/sink_trial.hpp"

namespace connector::testing {

struct SinkSubject {
  const connector_component& component;
  std::string config;
  // A configuration with which a write takes 10 s or more; empty: the sink has none, and rules about it do not apply.
  std::string slow_config = {};
  // A value that the sink takes.
  std::function<std::string(int)> value = [](int number) { return "{\"event_id\":\"" + std::to_string(number) + "\"}"; };
  bool closes_soon = true;  // false: its documentation says that close takes longer than 2 s
};

using SinkRule = Rule<SinkSubject>;

namespace detail {

inline SinkBatch batch_of(const SinkSubject& subject, int count) {
  std::vector<std::string> values;
  for (int i = 0; i < count; ++i) values.push_back(subject.value(i));
  return SinkBatch(std::move(values));
}

inline void must_deliver(SinkTrial& trial, const SinkSubject& subject, const std::string& when) {
  SinkBatch batch = batch_of(subject, 3);
  require(trial.write(batch) == CONNECTOR_OK && batch.all(CONNECTOR_OK), "records were not delivered " + when);
}

// Each rule's name is the sentence that it holds a sink to.
namespace sink_rule {

inline void every_record_is_delivered(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.open();
  must_deliver(trial, subject, "by a fresh sink");
}

inline void an_empty_write_is_fine(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.open();
  SinkBatch none = batch_of(subject, 0);
  require(trial.write(none) == CONNECTOR_OK, "a write without records failed");
}

inline void cancel_stays_until_the_next_open(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.open();
  trial.cancel();
  const Stopwatch watch;
  SinkBatch batch = batch_of(subject, 3);
  trial.write(batch, 60'000);
  require(watch.passed() < patience, "a write after cancel did not return soon");
  trial.close();
  trial.open();
  must_deliver(trial, subject, "after cancel, close and open");
}

inline void cancel_ends_a_write(SinkSubject& subject) {
  if (subject.slow_config.empty()) return;
  SinkTrial trial(subject.component, subject.slow_config);
  trial.open();
  const Stopwatch watch;
  auto canceller = std::async(std::launch::async, [&] { trial.cancel(); });  // before or during the write: both must end it
  SinkBatch batch = batch_of(subject, 3);
  trial.write(batch, 60'000);
  canceller.get();
  require(watch.passed() < patience, "cancel did not end a write");
  require(batch.all(CONNECTOR_RETRIABLE), "a cancelled write left an undecided record with another outcome than RETRIABLE");
}

inline void a_write_ends_at_its_time_limit(SinkSubject& subject) {
  if (subject.slow_config.empty()) return;
  SinkTrial trial(subject.component, subject.slow_config);
  trial.open();
  const Stopwatch watch;
  SinkBatch batch = batch_of(subject, 3);
  trial.write(batch, 50);
  require(watch.passed() < std::chrono::milliseconds(50) + patience, "a write did not return by its time limit");
  require(batch.all(CONNECTOR_RETRIABLE), "a write that ran out of time left an undecided record with another outcome than RETRIABLE");
}

inline void close_may_be_repeated_and_open_follows_it(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.close();
  trial.open();
  trial.close();
  trial.close();
  trial.open();
  must_deliver(trial, subject, "after close and open");
}

inline void close_returns_soon(SinkSubject& subject) {
  if (!subject.closes_soon) return;
  SinkTrial trial(subject.component, subject.config);
  trial.open();
  must_deliver(trial, subject, "by a fresh sink");
  const Stopwatch watch;
  trial.close();
  require(watch.passed() < close_limit + patience, "close took longer than 2 s");
}

inline void a_cancel_before_open_is_undone_by_it(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.cancel();
  trial.open();
  must_deliver(trial, subject, "after cancel and open");
}

inline void check_may_run_beside_writes(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.open();
  if (trial.ops().lifecycle->max_parallel == 1) return;
  auto checks = std::async(std::launch::async, [&] {
    for (int turn = 0; turn < 5; ++turn) {
      TestCall call(5000);
      require(trial.ops().lifecycle->check(trial.self(), call) == CONNECTOR_OK, "check beside writes failed: " + call.message());
    }
  });
  for (int turn = 0; turn < 20; ++turn) must_deliver(trial, subject, "beside checks");
  checks.get();
}

inline void writes_may_run_side_by_side(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  trial.open();
  if (trial.ops().lifecycle->max_parallel == 1) return;
  const auto write = [&] {
    for (int turn = 0; turn < 20; ++turn) must_deliver(trial, subject, "beside other writes");
  };
  auto first = std::async(std::launch::async, write), second = std::async(std::launch::async, write);
  first.get();
  second.get();
}

inline void check_leaves_nothing_behind(SinkSubject& subject) {
  SinkTrial trial(subject.component, subject.config);
  TestCall before(5000), after(5000);
  require(trial.ops().lifecycle->check(trial.self(), before) == CONNECTOR_OK, "check before open failed: " + before.message());
  trial.open();
  require(trial.ops().lifecycle->check(trial.self(), after) == CONNECTOR_OK, "check failed: " + after.message());
  must_deliver(trial, subject, "after check");
}

inline void the_identity_names_the_configuration(SinkSubject& subject) {
  SinkTrial one(subject.component, subject.config), two(subject.component, subject.config);
  check_identity(one, two);
}

}  // namespace sink_rule
}  // namespace detail

inline const std::vector<SinkRule>& sink_rules() {
  using namespace detail::sink_rule;
  static const std::vector<SinkRule> rules = {{"Every_record_is_delivered", every_record_is_delivered},
                                              {"An_empty_write_is_fine", an_empty_write_is_fine},
                                              {"Cancel_stays_until_the_next_open", cancel_stays_until_the_next_open},
                                              {"Cancel_ends_a_write", cancel_ends_a_write},
                                              {"A_write_ends_at_its_time_limit", a_write_ends_at_its_time_limit},
                                              {"Close_may_be_repeated_and_open_follows_it", close_may_be_repeated_and_open_follows_it},
                                              {"Close_returns_soon", close_returns_soon},
                                              {"A_cancel_before_open_is_undone_by_it", a_cancel_before_open_is_undone_by_it},
                                              {"Check_may_run_beside_writes", check_may_run_beside_writes},
                                              {"Writes_may_run_side_by_side", writes_may_run_side_by_side},
                                              {"Check_leaves_nothing_behind", check_leaves_nothing_behind},
                                              {"The_identity_names_the_configuration", the_identity_names_the_configuration}};
  return rules;
}

}  // namespace connector::testing
