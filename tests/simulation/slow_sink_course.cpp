// A sink that is slow and well: nothing is requeued, nothing is held for so long that a broker
// would close the consumer, and the sink is never idle while records wait.
#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "tests/simulation/outside.hpp"
#include "tests/simulation/scenario.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

// What becomes of one record that the sink never takes, though it takes all others.
enum class Stubborn {
  none,           // there is no such record
  retry_timeout,  // it is rejected after errors.retry.timeout
  delivery_limit  // requeued alone, until the queue is about to delete it
};

class SlowSinkCourse {
 public:
  explicit SlowSinkCourse(std::uint64_t seed)
      : outside_(seed),
        stubborn_(Stubborn(outside_.between(0, 2))),
        alone_(stubborn_ != Stubborn::none && outside_.flip(0.5)) {
    auto& task = settings_.task;
    task.connector = task.scope = "sim";
    task.workers = std::uint32_t(outside_.between(1, 3));
    task.ordering = outside_.flip(0.7) ? connector_host::pipeline::Ordering::source
                                       : connector_host::pipeline::Ordering::none;
    task.max_in_flight = 4000;
    task.hold_max = std::vector<std::chrono::milliseconds>{15s, 60s, 600s}[outside_.between(0, 2)];
    if (stubborn_ != Stubborn::none)
      task.hold_max = std::max<std::chrono::milliseconds>(task.hold_max, 60s);
    task.retry.max = 1s;
    if (stubborn_ == Stubborn::retry_timeout) task.retry_timeout = 10s;
    if (stubborn_ == Stubborn::delivery_limit) outside_.queue.set_limit(5);
    settings_.prefetch = 2000;
    settings_.worker_id = "worker";
    if (stubborn_ == Stubborn::delivery_limit) settings_.may_fail_with = "not consuming";
    settings_.notes = notes_.data();
    outside_.faults.record_time = std::vector<Duration>{10s, 3s, 500ms}[outside_.between(0, 2)];
    if (stubborn_ != Stubborn::none)
      outside_.faults.record_time =
          std::min<Duration>(outside_.faults.record_time, task.hold_max / 20);
    outside_.queue.set_consumer_timeout(task.hold_max * 3);
    outside_.scheduler.describe(std::to_string(task.hold_max.count()) + " ms hold_max, " +
                                std::to_string(outside_.faults.record_time / 1ms) +
                                " ms a record, workers " + std::to_string(task.workers) +
                                ", stubborn " + std::to_string(int(stubborn_)) +
                                (alone_ ? " and alone at first" : ""));
  }

  ScenarioResult run() {
    start_alone();
    publish();
    if (!host_) start();
    const Duration patience =
        outside_.faults.record_time * (2 * outside_.messages.size() + 20) + 1min;
    outside_.wait_until([&] { return all_good_are_acked(); }, patience,
                        "the sink is slow, and something waits");
    check_breaker();
    outside_.wait_until([&] { return settled(); }, 100 * settings_.task.hold_max,
                        "the record that the sink never takes stays for ever");
    host_->stop();
    host_.reset();
    check();
    return {};
  }

 private:
  void start() { host_ = std::make_unique<SimProcess>(settings_, outside_.context()); }
  // Where nothing else is delivered any more nobody can tell whose fault it is, and the task asks
  // for an operator in the end.
  bool settled() {
    if (host_->needs_operator()) {
      host_->stop();
      settings_.task.started_by_operator = true;
      start();
    }
    return outside_.queue.all_acked();
  }
  // The stubborn record has often failed before the others come.
  void start_alone() {
    if (!alone_) return;
    publish(Kind::stubborn);
    start();
    outside_.scheduler.sleep(settings_.task.hold_max / 4);
    check_breaker();
  }
  void publish() {
    const std::uint64_t total = outside_.between(20, Outside::most_messages - 2),
                        stubborn = outside_.between(0, total / 4);
    for (std::uint64_t i = 0; i < total; ++i)
      publish(i == stubborn && stubborn_ != Stubborn::none && !alone_ ? Kind::stubborn
                                                                      : Kind::good);
  }
  void publish(Kind kind) {
    const std::string id = "m" + std::to_string(outside_.messages.size());
    Message message;
    message.id = "sim:" + id;
    message.kind = kind;
    message.value =
        "{\"event_id\":\"" + id + (kind == Kind::stubborn ? "\",\"stubborn\":true}" : "\"}");
    if (kind == Kind::good) message.parts = {message.value};
    outside_.publish(std::move(message));
  }
  // One record says nothing of a sink that takes the others.
  void check_breaker() const {
    for (const auto& dependency : host_->status(0).dependencies) {
      if (dependency.breaker.openings > 0)
        outside_.scheduler.violated("the breaker of " + dependency.name +
                                    " opened: " + dependency.breaker.last_error);
    }
  }
  bool all_good_are_acked() const {
    return std::all_of(outside_.messages.begin(), outside_.messages.end(), [](const Message& each) {
      return each.acked || each.kind == Kind::stubborn;
    });
  }
  void check() const {
    outside_.check_nothing_is_lost();
    outside_.check_repeats();
    for (const Message& each : outside_.messages) {
      const bool may_be_redelivered =
          each.kind == Kind::stubborn && stubborn_ == Stubborn::delivery_limit;
      if (each.deliveries != 1 && !may_be_redelivered)
        outside_.scheduler.violated("delivered " + std::to_string(each.deliveries) +
                                    " times: " + each.value);
    }
  }

  Outside outside_;
  const Stubborn stubborn_;
  const bool alone_;
  std::array<SimNotes, 1> notes_;
  SimProcessSettings settings_;
  std::unique_ptr<SimProcess> host_;  // last: it uses everything above
};

}  // namespace

ScenarioResult run_slow_sink(std::uint64_t seed) {
  return SlowSinkCourse(seed).run();
}

}  // namespace simulation
