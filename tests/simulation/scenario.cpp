#include "tests/simulation/scenario.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/simulation/message_maker.hpp"
#include "tests/simulation/sim_process.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;
using connector_host::pipeline::Ordering;

// What becomes of a record that is rejected.
enum class Rejects {
  set_aside,     // the dead letter takes it, if need be truncated
  dropped,       // there is none, and errors.tolerance is all
  unforgiven,    // there is none, and one record fails the task
  unacceptable,  // the dead letter refuses some in any form, which fails the task
  flooding       // more than errors.max_rejected of them fail the task
};

class Scenario {
 public:
  enum class Course { disturbed, outage, bypassed_outage };

  Scenario(std::uint64_t seed, Course course) : scheduler_(seed), maker_(scheduler_) {
    messages_.reserve(most_messages);
    choose_settings();
    if (course == Course::disturbed) {
      choose_rejects();
      choose_faults();
      choose_disturbances();
    }
    if (course != Course::disturbed)
      settings_.task.bypass_dedup = course == Course::bypassed_outage;
    scheduler_.describe(description());
  }

  ScenarioResult run() {
    start();
    while (messages_.size() < total_) {
      publish();
      pass_time();
      bury();
      disturb();
    }
    return end();
  }

  ScenarioResult run_outage() {
    settings_.task.hold_max = 15s;
    const bool bypassed = settings_.task.bypass_dedup;
    const Part part = bypassed
                          ? Part::store
                          : Part(between(std::uint64_t(Part::sink), std::uint64_t(Part::store)));
    faults_.opens = part != Part::dead_letter &&
                    flip(0.3);  // else what is delivered meanwhile keeps the attempts going
    start();
    while (messages_.size() < total_) {
      publish();
      if (messages_.size() >= total_ / 2 && faults_.down == Part::none) faults_.down = part;
      scheduler_.sleep(Duration(scheduler_.random() % std::uint64_t(Duration(2s).count())));
    }
    const Duration outage =
        bypassed ? Duration(20s) : std::vector<Duration>{20s, 10min, 2h}[between(0, 2)];
    scheduler_.sleep(outage);
    if (bypassed && !queue_.all_acked())
      scheduler_.violated("the store is away, and something was not delivered without it");
    faults_.down = Part::none;
    const ScenarioResult result = end();
    // Where it opens and takes nothing, each attempt costs one; the pauses between them double five
    // times.
    const auto attempts = std::uint32_t(
        faults_.opens && !bypassed ? settings_.tasks * (6 + outage / (32 * settings_.task.hold_max))
                                   : 0);
    // What one task returns the queue sends to the other, until that one holds as well.
    for (const Message& each : messages_)
      if (each.deliveries > (bypassed ? 1 : 1 + settings_.tasks) + attempts)
        scheduler_.violated("delivered " + std::to_string(each.deliveries) +
                            " times in one outage: " + each.value);
    return result;
  }

 private:
  static constexpr std::size_t most_messages = 100;

  bool flip(double probability) { return scheduler_.chance(probability); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + scheduler_.random() % (high - low + 1);
  }

  void choose_faults() {
    const double level = std::vector<double>{0, 0.01, 0.05, 0.2}[between(0, 3)];
    if (flip(0.7)) faults_.error = level;
    if (flip(0.5)) faults_.lost_reply = level / 2;
    if (flip(0.6)) faults_.cut = level / 2;
    if (flip(0.5)) faults_.delay = level;
    faults_.longest_delay = std::vector<Duration>{50ms, 2s, 25s}[between(0, 2)];
  }
  void choose_settings() {
    auto& task = settings_.task;
    task.connector = "sim";
    task.scope = "sim";
    task.workers = std::uint32_t(between(1, 3));
    task.ordering = std::vector{Ordering::none, Ordering::source, Ordering::key,
                                Ordering::queue}[between(0, 3)];
    task.max_in_flight = std::uint32_t(between(4, 40));
    task.max_in_flight_bytes = flip(0.3) ? 200 : 1 << 20;
    task.drain_timeout = 5s;
    task.hold_max = flip(0.3) ? 15s : 600s;
    task.retry.max = 5s;
    task.truncate_dead_letters = true;
    settings_.tasks = flip(0.4) ? 2 : 1;
    settings_.prefetch = between(2, 30);
    settings_.worker_id = "worker";
    settings_.task.bypass_dedup = flip(0.25);
    settings_.transforms = maker_.transforms = flip(0.4);
    maker_.keys = flip(0.6) ? between(1, 4) : 0;
    total_ = between(10, most_messages - 10);
  }
  void choose_rejects() {
    if (flip(0.5)) return;
    rejects_ = Rejects(between(1, 4));
    settings_.dead_letter = rejects_ == Rejects::unacceptable || rejects_ == Rejects::flooding;
    settings_.patient_dead_letter = rejects_ == Rejects::flooding;
    if (rejects_ == Rejects::flooding) settings_.max_rejected = std::uint32_t(between(0, 3));
    if (rejects_ == Rejects::flooding) settings_.may_fail_with = "nothing more is dead-lettered";
    settings_.task.tolerate_errors = rejects_ == Rejects::dropped;
    if (rejects_ == Rejects::unforgiven) settings_.may_fail_with = "there is no dead letter";
    if (rejects_ == Rejects::unacceptable)
      settings_.may_fail_with = "the dead letter refused a record even truncated";
    maker_.unacceptable = rejects_ == Rejects::unacceptable;
  }
  void choose_disturbances() {
    if (rejects_ == Rejects::set_aside && flip(0.7)) {
      settings_.notes = notes_.data();
      maker_.deadly = flip(0.6);
      if (maker_.deadly)
        faults_.cut = 0.2;  // what was found guilty is redelivered where its answer is lost
    }
    crash_ = flip(0.4) ? 0.08 : 0;
    restart_ = flip(0.4) ? 0.08 : 0;
    cut_ = flip(0.5) ? 0.1 : 0;
    pause_ = flip(0.3) ? 0.08 : 0;
    forget_ = flip(0.15) ? 0.05 : 0;
    same_worker_ = flip(0.6);
  }
  std::string description() const {
    return std::to_string(total_) + " messages, " + std::to_string(settings_.tasks) + " tasks, " +
           std::to_string(settings_.task.workers) + " workers, " + "ordering " +
           std::to_string(int(settings_.task.ordering)) + ", prefetch " +
           std::to_string(settings_.prefetch) + ", in flight " +
           std::to_string(settings_.task.max_in_flight) + ", errors " +
           std::to_string(faults_.error) + ", lost replies " + std::to_string(faults_.lost_reply) +
           ", cuts " + std::to_string(faults_.cut) + ", delays " + std::to_string(faults_.delay) +
           ", crash " + std::to_string(crash_) + ", restart " + std::to_string(restart_) +
           ", queue cuts " + std::to_string(cut_) + ", pauses " + std::to_string(pause_) +
           ", forgets " + std::to_string(forget_) +
           (settings_.task.bypass_dedup ? ", bypass" : "") +
           (settings_.transforms ? ", transforms" : "") + ", rejects " +
           std::to_string(int(rejects_)) + ", at most " + std::to_string(settings_.max_rejected) +
           (settings_.notes ? ", notes" : "") + (maker_.deadly ? ", deadly" : "");
  }

  // ---- the run

  ScenarioResult end() {
    faults_.active = false;
    if (!settings_.may_fail_with.empty()) mend();
    wait_until([&] { return queue_.all_acked(); },
               "two hours after the last fault something is still not delivered");
    stop();
    check();
    return {scheduler_.steps(),
            messages_.size(),
            log_.repeats(),
            crashes_,
            restarts_,
            log_.truncated(),
            mended_,
            flooded_,
            0,
            0,
            census_,
            tally_};
  }
  SimContext outside() {
    return {scheduler_, no_process_, queue_, store_, log_, faults_, tolerated_, 0};
  }
  void start() {
    ++incarnation_;
    if (!same_worker_) settings_.worker_id = "worker" + std::to_string(incarnation_);
    host_ = std::make_unique<SimProcess>(settings_, outside());
  }
  void stop() {
    host_->stop();
    if (host_->died()) return crash();
    tally_ += host_->tally();
    host_.reset();
  }
  // Time goes on only when all wait: half of the time it does not, so that what comes next comes in
  // the midst of work.
  void pass_time() {
    if (flip(0.5))
      return scheduler_.sleep(Duration(scheduler_.random() % std::uint64_t(Duration(2s).count())));
    for (std::uint64_t turns = between(0, 30); turns > 0; --turns) scheduler_.point();
  }
  void publish() {
    for (std::uint64_t count = between(1, 8); count > 0 && messages_.size() < total_; --count) {
      messages_.push_back(maker_.make(messages_));
      queue_.publish(messages_.size() - 1);
    }
  }
  void disturb() {
    if (flip(cut_)) queue_.disconnect_all();
    if (flip(forget_)) store_.forget_some();
    if (flip(pause_))
      host_->pause_and_resume(Duration(scheduler_.random() % std::uint64_t(Duration(10s).count())));
    if (flip(crash_)) {
      crash();
      start();
    } else if (flip(restart_)) {
      ++restarts_;
      if (flip(0.3)) faults_.down = Part::store;  // what is written meanwhile cannot be committed
      if (faults_.down == Part::store) pass_time();
      stop();
      faults_.down = Part::none;
      start();
    }
  }
  // Of one that a record has ended, the next one takes the place.
  void bury() {
    if (!host_->died()) return;
    crash();
    start();
  }
  // Of each note, the record whose deaths are more than at the crash before.
  void accuse() {
    for (std::uint32_t task = 0; task < settings_.tasks; ++task) {
      std::map<std::uint64_t, std::uint32_t> accused;
      std::istringstream lines(notes_[task].suspects);
      std::int64_t begun = 0;
      for (std::uint64_t fingerprint = 0, deaths = 0; lines >> fingerprint >> deaths >> begun;)
        accused[fingerprint] = std::uint32_t(deaths);
      for (const auto& [fingerprint, deaths] : accused) {
        if (deaths > accused_[task][fingerprint]) log_.accuse(fingerprint);
      }
      accused_[task] = std::move(accused);
    }
  }
  void crash() {
    ++crashes_;
    for (const std::size_t each : queue_.in_hand()) census_.count(messages_[each], log_, store_);
    if (settings_.notes) accuse();
    tally_ += host_->tally();
    host_->crash();
    queue_.disconnect_all();
    host_.reset();
  }
  // The tasks fail at the record that they may neither deliver nor dead-letter, and leave it and
  // all they had in the queue; where the user gives them a dead letter that takes it, they go on.
  void mend() {
    if (!fails_every_task()) return settings_.may_fail_with.clear();
    stop();
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      if (!messages_[i].acked && !queue_.waits(i))
        scheduler_.violated("gone with a failed task: " + messages_[i].value);
      if (messages_[i].acked && !log_.has(messages_[i]))
        scheduler_.violated("acknowledged, and nobody took it: " + messages_[i].value);
    }
    ++mended_;
    flooded_ += rejects_ == Rejects::flooding;
    settings_.dead_letter = settings_.patient_dead_letter = true;
    settings_.max_rejected = 1000;
    settings_.may_fail_with.clear();
    start();
  }
  // Waits until it is so. How many are too many together depends on what crashes and stops made the
  // host forget.
  bool fails_every_task() {
    if (rejects_ == Rejects::flooding) {
      wait_until([&] { return host_->all_failed() || queue_.all_acked(); },
                 "too many are rejected, and that failed neither every task nor none");
      return !queue_.all_acked();
    }
    const bool fatal = std::any_of(messages_.begin(), messages_.end(),
                                   [&](const Message& each) { return fails_a_task(each.kind); });
    // Unless it is a duplicate of a corrected one.
    if (fatal)
      wait_until([&] { return host_->all_failed() || queue_.all_acked(); },
                 "a record that nobody takes did not fail every task");
    return fatal && !queue_.all_acked();
  }
  bool fails_a_task(Kind kind) const {
    return rejects_ == Rejects::unforgiven ? is_rejected(kind) : kind == Kind::unacceptable;
  }
  void wait_until(const std::function<bool()>& what, const char* otherwise) {
    const Time deadline = scheduler_.now() + 2h;
    while (!what()) {
      if (scheduler_.now() > deadline) scheduler_.violated(otherwise);
      scheduler_.sleep(1s);
      bury();
    }
  }

  // ---- what must hold at the end

  void check() {
    const bool quiet = faults_.error + faults_.lost_reply + faults_.cut == 0 &&
                       crashes_ + restarts_ == 0 && !store_.lapsed();
    for (const Message& each : messages_) {
      if (!log_.has(each)) scheduler_.violated("lost: " + each.value);
      if ((rejects_ == Rejects::dropped ? log_.is_dead_letter(each.value)
                                        : log_.dropped(each.value)))
        scheduler_.violated("set aside in a way that nobody chose: " + each.value);
      if (each.kind == Kind::deadly) check_kills(each);
      if (each.kind == Kind::good) continue;
      if (store_.done(each.id) && !log_.delivered(each.id))
        scheduler_.violated("an id counts as done that was not delivered: " + each.id);
      if (quiet && store_.held(each.id))
        scheduler_.violated("a claim of what was dead-lettered or dropped was not given back: " +
                            each.id);
      check_dead_letters(each);
    }
    // Of two writes of one id, one was made without asking the store.
    const std::uint64_t unchecked = tally_.lanes[connector_host::pipeline::LaneCount::unchecked];
    if (log_.repeats() > tolerated_ + unchecked)
      scheduler_.violated("written twice without a reason: " + std::to_string(log_.repeats()) +
                          " repeats, of which " + std::to_string(tolerated_) + " had one, and " +
                          std::to_string(unchecked) + " writes were unchecked");
    if (settings_.task.keeps_order() && settings_.tasks == 1) check_order();
  }
  // One for each delivery of it at most.
  void check_dead_letters(const Message& message) {
    std::uint64_t deliveries = 0;
    for (const Message& each : messages_)
      deliveries += each.value == message.value ? each.deliveries : 0;
    if (log_.dead_letters(message.value) > deliveries + tolerated_)
      scheduler_.violated("dead-lettered more often than delivered: " + message.value);
  }
  // Before it is a suspect, and until it is found guilty by the note of each task.
  void check_kills(const Message& message) {
    using connector_host::pipeline::Suspects;
    const auto published =
        std::count_if(messages_.begin(), messages_.end(),
                      [&](const Message& each) { return each.value == message.value; });
    if (log_.kills(message.value) >
        published * (Suspects::many + Suspects::deaths * settings_.tasks))
      scheduler_.violated("ended " + std::to_string(log_.kills(message.value)) +
                          " processes: " + message.value);
  }
  void check_order() {
    if (settings_.task.ordering == Ordering::queue &&
        !std::is_sorted(log_.all_in_order().begin(), log_.all_in_order().end()))
      scheduler_.violated("the order of the queue was not kept");
    if (maker_.keys == 0) return;
    for (const auto& [key, written] : log_.order()) {
      if (!std::is_sorted(written.begin(), written.end()))
        scheduler_.violated("the order of key " + key + " was not kept");
    }
  }

  Scheduler scheduler_;
  Process no_process_;
  std::vector<Message> messages_;
  LogModel log_{scheduler_, messages_};
  QueueModel queue_{scheduler_, messages_, log_};
  std::uint64_t tolerated_ = 0;  // repeats that may happen
  StoreModel store_{scheduler_, log_, tolerated_};
  Faults faults_;
  SimProcessSettings settings_;
  MessageMaker maker_;
  std::array<SimNotes, 2> notes_;  // of each task
  std::array<std::map<std::uint64_t, std::uint32_t>, 2>
      accused_;  // what they said at the latest crash: deaths by fingerprint
  Rejects rejects_ = Rejects::set_aside;
  bool same_worker_ = true;
  std::uint64_t total_ = 0, crashes_ = 0, restarts_ = 0, incarnation_ = 0, mended_ = 0,
                flooded_ = 0;
  CrashCensus census_;
  SimTally tally_;
  double crash_ = 0, restart_ = 0, cut_ = 0, pause_ = 0, forget_ = 0;
  std::unique_ptr<SimProcess> host_;  // last: it uses everything above
};

}  // namespace

ScenarioResult& ScenarioResult::operator+=(const ScenarioResult& other) {
  steps += other.steps;
  messages += other.messages;
  repeats += other.repeats;
  crashes += other.crashes;
  restarts += other.restarts;
  truncated += other.truncated;
  mended += other.mended;
  flooded += other.flooded;
  most_deliveries = std::max(most_deliveries, other.most_deliveries);
  freezes += other.freezes;
  census += other.census;
  tally += other.tally;
  return *this;
}

ScenarioResult run_scenario(std::uint64_t seed) {
  return Scenario(seed, Scenario::Course::disturbed).run();
}

ScenarioResult run_outage(std::uint64_t seed) {
  return Scenario(seed, Scenario::Course::outage).run_outage();
}

ScenarioResult run_bypassed_outage(std::uint64_t seed) {
  return Scenario(seed, Scenario::Course::bypassed_outage).run_outage();
}

}  // namespace simulation
