// A mistake in the configuration, a supervisor that restarts what fails, and a queue that deletes a
// message after its delivery limit: whatever the mistake is and however often it is tried, nothing
// is lost once it is corrected.
#include <array>
#include <memory>
#include <string>

#include "tests/simulation/outside.hpp"
#include "tests/simulation/scenario.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

enum class Mistake {
  no_dead_letter,  // one record is rejected, and there is no dead letter
  wrong_id,        // every record is rejected, and only a few may be dead-lettered
  sink_refuses,    // one record is never written, and the sink calls it a failure of the moment
};

class RedeliveryCourse {
 public:
  explicit RedeliveryCourse(std::uint64_t seed)
      : outside_(seed), mistake_(Mistake(outside_.between(0, 2))) {
    outside_.queue.set_limit(
        std::uint32_t(outside_.flip(0.7) ? outside_.between(5, 20) : outside_.between(2, 4)));
    auto& task = settings_.task;
    task.connector = task.scope = "sim";
    task.workers = std::uint32_t(outside_.between(1, 3));
    task.ordering = outside_.flip(0.7) ? connector_host::pipeline::Ordering::source
                                       : connector_host::pipeline::Ordering::none;
    task.max_in_flight = std::uint32_t(outside_.between(4, 40));
    task.drain_timeout = 5s;
    task.hold_max = 60s;
    task.retry.max = 5s;
    task.configuration = "mistaken";
    settings_.prefetch = 30;
    settings_.worker_id = "worker";
    settings_.notes = notes_.data();
    settings_.may_fail_with = "*";
    settings_.dead_letter = mistake_ != Mistake::no_dead_letter;
    if (mistake_ == Mistake::wrong_id) {
      task.id->argument = "/id";
      settings_.max_rejected = std::uint32_t(outside_.between(0, 5));
      outside_.log.set_mistaken(true);
    }
    outside_.scheduler.describe("mistake " + std::to_string(int(mistake_)) + ", limit " +
                                std::to_string(outside_.queue.limit()) + ", in flight " +
                                std::to_string(task.max_in_flight) + ", workers " +
                                std::to_string(task.workers));
  }

  ScenarioResult run() {
    publish();
    for (std::uint64_t starts = outside_.between(5, 60); starts > 0 && !outside_.queue.all_acked();
         --starts)
      try_it();
    correct();
    outside_.wait_until(
        [&] { return settled(); }, 10h,
        "ten hours after the mistake was corrected something is still not delivered");
    stop();
    outside_.check_nothing_is_lost();
    outside_.check_repeats();
    ScenarioResult result;
    result.messages = outside_.messages.size();
    for (const Message& each : outside_.messages)
      result.most_deliveries = std::max<std::uint64_t>(result.most_deliveries, each.deliveries);
    return result;
  }

 private:
  void publish() {
    const std::uint64_t total = outside_.between(5, 60), bad = outside_.between(0, total - 1);
    for (std::uint64_t i = 0; i < total; ++i) {
      const std::string id = "\"m" + std::to_string(i) + "\"";
      Message message;
      message.id = "sim:m" + std::to_string(i);
      message.kind = Kind::good;
      message.value = "{\"event_id\":" + id + ",\"n\":" + std::to_string(i) + "}";
      if (i == bad && mistake_ == Mistake::no_dead_letter)
        message = {.value = "{\"event_id\":" + id,
                   .id = "",
                   .key = "",
                   .parts = {},
                   .kind = Kind::not_json};
      if (i == bad && mistake_ == Mistake::sink_refuses)
        message.value = "{\"event_id\":" + id + ",\"stubborn\":true}",
        message.kind = Kind::stubborn;
      if (message.kind == Kind::good) message.parts = {message.value};
      outside_.publish(std::move(message));
    }
  }
  // As a supervisor in the process does it, or one of the whole process.
  void try_it() {
    start(false);
    outside_.scheduler.sleep(outside_.flip(0.5) ? Duration(2min) : Duration(1h));
    stop();
  }
  void correct() {
    settings_.task.configuration = "corrected";
    settings_.task.id->argument = "/event_id";
    settings_.dead_letter = true;
    settings_.max_rejected = 1000;
    outside_.log.set_mistaken(false);
    start(true);
  }
  // Where a task says that it needs an operator, it gets one.
  bool settled() {
    if (host_->needs_operator()) {
      stop();
      start(true);
    }
    return outside_.queue.all_acked();
  }
  void start(bool by_operator) {
    settings_.task.started_by_operator = by_operator;
    host_ = std::make_unique<SimProcess>(settings_, outside_.context());
  }
  void stop() {
    host_->stop();
    host_.reset();
  }

  Outside outside_;
  const Mistake mistake_;
  std::array<SimNotes, 1> notes_;
  SimProcessSettings settings_;
  std::unique_ptr<SimProcess> host_;  // last: it uses everything above
};

}  // namespace

ScenarioResult run_redeliveries(std::uint64_t seed) {
  return RedeliveryCourse(seed).run();
}

}  // namespace simulation
