#include "tests/simulation/scenario.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/sim_process.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

class Scenario {
 public:
  enum class Course { disturbed, outage };

  Scenario(std::uint64_t seed, Course course) : scheduler_(seed) {
    messages_.reserve(most_messages);
    choose_settings();
    if (course == Course::disturbed) {
      choose_faults();
      choose_disturbances();
    }
    scheduler_.describe(description());
  }

  ScenarioResult run() {
    start();
    while (messages_.size() < total_) {
      publish();
      scheduler_.sleep(Duration(scheduler_.random() % std::uint64_t(Duration(2s).count())));
      disturb();
    }
    return end();
  }

  ScenarioResult run_outage() {
    settings_.task.hold_max = 15s;
    const Part part = Part(between(std::uint64_t(Part::sink), std::uint64_t(Part::store)));
    faults_.opens = part != Part::dead_letter && flip(0.3);  // else what is delivered meanwhile keeps the attempts going
    start();
    while (messages_.size() < total_) {
      publish();
      if (messages_.size() >= total_ / 2 && faults_.down == Part::none) faults_.down = part;
      scheduler_.sleep(Duration(scheduler_.random() % std::uint64_t(Duration(2s).count())));
    }
    const Duration outage = std::vector<Duration>{20s, 10min, 2h}[between(0, 2)];
    scheduler_.sleep(outage);
    faults_.down = Part::none;
    const ScenarioResult result = end();
    // Where it opens and takes nothing, each attempt costs one; the pauses between them double five times.
    const auto attempts = std::uint32_t(faults_.opens ? settings_.tasks * (6 + outage / (32 * settings_.task.hold_max)) : 0);
    for (const Message& each : messages_)
      if (each.deliveries > 2 + attempts) scheduler_.violated("delivered " + std::to_string(each.deliveries) + " times in one outage: " + each.value);
    if (log_.repeats() > 0) scheduler_.violated("an outage wrote something twice");
    return result;
  }

 private:
  static constexpr std::size_t most_messages = 100;

  bool flip(double probability) { return scheduler_.chance(probability); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + scheduler_.random() % (high - low + 1); }

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
    task.ordered = flip(0.7);
    task.max_in_flight = std::uint32_t(between(4, 40));
    task.max_in_flight_bytes = flip(0.3) ? 200 : 1 << 20;
    task.drain_timeout = 5s;
    task.hold_max = flip(0.3) ? 15s : 600s;
    task.retry.max = 5s;
    settings_.tasks = flip(0.4) ? 2 : 1;
    settings_.prefetch = between(2, 30);
    settings_.worker_id = "worker";
    keys_ = flip(0.6) ? between(1, 4) : 0;
    total_ = between(10, most_messages - 10);
  }
  void choose_disturbances() {
    crash_ = flip(0.4) ? 0.08 : 0;
    restart_ = flip(0.4) ? 0.08 : 0;
    cut_ = flip(0.5) ? 0.1 : 0;
    pause_ = flip(0.3) ? 0.08 : 0;
    forget_ = flip(0.15) ? 0.05 : 0;
    same_worker_ = flip(0.6);
  }
  std::string description() const {
    return std::to_string(total_) + " messages, " + std::to_string(settings_.tasks) + " tasks, " + std::to_string(settings_.task.workers) + " workers, " +
           (settings_.task.ordered ? "ordered" : "unordered") + ", prefetch " + std::to_string(settings_.prefetch) + ", in flight " +
           std::to_string(settings_.task.max_in_flight) + ", errors " + std::to_string(faults_.error) + ", lost replies " + std::to_string(faults_.lost_reply) +
           ", cuts " + std::to_string(faults_.cut) + ", delays " + std::to_string(faults_.delay) + ", crash " + std::to_string(crash_) + ", restart " +
           std::to_string(restart_) + ", queue cuts " + std::to_string(cut_) + ", pauses " + std::to_string(pause_) + ", forgets " + std::to_string(forget_);
  }

  // ---- the run

  ScenarioResult end() {
    faults_.active = false;
    wait_for_everything();
    host_->stop();
    check();
    host_.reset();
    return {scheduler_.steps(), messages_.size(), log_.repeats(), crashes_, restarts_};
  }
  SimContext outside() { return {scheduler_, no_process_, queue_, store_, log_, faults_, maybe_delivered_, 0}; }
  void start() {
    ++incarnation_;
    if (!same_worker_) settings_.worker_id = "worker" + std::to_string(incarnation_);
    host_ = std::make_unique<SimProcess>(settings_, outside());
  }
  void publish() {
    for (std::uint64_t count = between(1, 8); count > 0 && messages_.size() < total_; --count) {
      messages_.push_back(!messages_.empty() && flip(0.2) ? repeat() : fresh());
      queue_.publish(messages_.size() - 1);
    }
  }
  Message repeat() {
    Message message = messages_[between(0, messages_.size() - 1)];
    message.redelivered = message.acked = false;
    message.deliveries = 0;
    return message;
  }
  Message fresh() {
    Message message;
    const std::string number = std::to_string(messages_.size());
    const bool integer = flip(0.2);
    message.kind = flip(0.85) ? Kind::good : Kind(between(1, 3));
    const std::string id = integer ? number : "\"m" + number + "\"";
    message.id = "sim:" + (integer ? "#" + number : "m" + number);
    if (keys_ > 0) message.key = "k" + std::to_string(between(1, keys_));
    switch (message.kind) {
      case Kind::good:
        message.value = "{\"event_id\":" + id + ",\"n\":" + number + "}";
        break;
      case Kind::refused:
        message.value = "{\"event_id\":" + id + ",\"refused\":true}";
        break;
      case Kind::not_json:
        message.value = "{\"event_id\":" + id;
        break;
      case Kind::no_id:
        message.value = "{\"n\":" + number + "}";
        break;
    }
    if (message.kind == Kind::not_json || message.kind == Kind::no_id) message.id.clear();
    return message;
  }
  void disturb() {
    if (flip(cut_)) queue_.disconnect_all();
    if (flip(forget_)) store_.forget_some();
    if (flip(pause_)) host_->pause_and_resume(Duration(scheduler_.random() % std::uint64_t(Duration(10s).count())));
    if (flip(crash_)) {
      ++crashes_;
      host_->crash();
      queue_.disconnect_all();
      host_.reset();
      start();
    } else if (flip(restart_)) {
      ++restarts_;
      host_->stop();
      host_.reset();
      start();
    }
  }
  void wait_for_everything() {
    const Time deadline = scheduler_.now() + 2h;
    while (!queue_.all_acked()) {
      if (scheduler_.now() > deadline) scheduler_.violated("two hours after the last fault something is still not delivered");
      scheduler_.sleep(1s);
    }
  }

  // ---- what must hold at the end

  void check() {
    for (const Message& each : messages_) {
      const bool there = each.kind == Kind::good ? log_.has_value(each.value) : log_.has_dead_letter(each.value);
      if (!there) scheduler_.violated("lost: " + each.value);
      if (each.kind == Kind::refused && store_.done(each.id)) scheduler_.violated("a rejected id counts as done: " + each.id);
    }
    const bool repeats_allowed = crashes_ > 0 || maybe_delivered_ || store_.forgot() || store_.lapsed();
    if (log_.repeats() > 0 && !repeats_allowed) scheduler_.violated("written twice without a reason: " + std::to_string(log_.repeats()) + " records");
    if (settings_.task.ordered && settings_.tasks == 1) check_order();
  }
  void check_order() {
    if (keys_ == 0) return;
    for (const auto& [key, written] : log_.order()) {
      if (!std::is_sorted(written.begin(), written.end())) scheduler_.violated("the order of key " + key + " was not kept");
    }
  }

  Scheduler scheduler_;
  Process no_process_;
  std::vector<Message> messages_;
  LogModel log_{scheduler_, messages_};
  QueueModel queue_{scheduler_, messages_, log_};
  StoreModel store_{scheduler_, log_};
  Faults faults_;
  SimProcessSettings settings_;
  bool maybe_delivered_ = false, same_worker_ = true;
  std::uint64_t keys_ = 0, total_ = 0, crashes_ = 0, restarts_ = 0, incarnation_ = 0;
  double crash_ = 0, restart_ = 0, cut_ = 0, pause_ = 0, forget_ = 0;
  std::unique_ptr<SimProcess> host_;  // last: it uses everything above
};

}  // namespace

ScenarioResult run_scenario(std::uint64_t seed) {
  return Scenario(seed, Scenario::Course::disturbed).run();
}

ScenarioResult run_outage(std::uint64_t seed) {
  return Scenario(seed, Scenario::Course::outage).run_outage();
}

}  // namespace simulation
