// Two hosts share a queue and a store, and one of them is frozen for longer than its lease
// (SIGSTOP, a paused machine): the other takes over what it had. Once it runs again it writes
// nothing that the other took, but for what it was writing; and the other repeats nothing but what
// the frozen one had written and not committed.
#include <array>
#include <memory>
#include <set>
#include <string>

#include "tests/simulation/outside.hpp"
#include "tests/simulation/scenario.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

class FreezeCourse {
 public:
  explicit FreezeCourse(std::uint64_t seed) : outside_(seed) {
    auto& task = settings_.task;
    task.truncate_dead_letters = true;
    task.connector = task.scope = "sim";
    task.workers = std::uint32_t(outside_.between(1, 3));
    task.ordering = outside_.flip(0.7) ? connector_host::pipeline::Ordering::source
                                       : connector_host::pipeline::Ordering::none;
    task.max_in_flight = std::uint32_t(outside_.between(10, 40));
    task.retry.max = 5s;
    settings_.prefetch = outside_.between(5, 30);
    outside_.store.tolerate_no_lapse();
    if (outside_.flip(0.5)) outside_.faults.delay = 0.02, outside_.faults.longest_delay = 2s;
    outside_.scheduler.describe("in flight " + std::to_string(task.max_in_flight) + ", workers " +
                                std::to_string(task.workers) + ", delays " +
                                std::to_string(outside_.faults.delay));
  }

  ScenarioResult run() {
    MessageMaker maker(outside_.scheduler);
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      settings_.worker_id = "worker" + std::to_string(i);
      hosts_[i] = std::make_unique<SimProcess>(settings_, outside_.context());
    }
    const std::uint64_t total = outside_.between(20, Outside::most_messages - 1);
    while (outside_.messages.size() < total) {
      for (std::uint64_t count = outside_.between(1, 12);
           count > 0 && outside_.messages.size() < total; --count)
        outside_.publish(maker.make(outside_.messages));
      for (std::uint64_t turns = outside_.between(0, 60); turns > 0; --turns)
        outside_.scheduler.point();
      if (outside_.flip(0.5)) freeze();
    }
    outside_.faults.active = false;
    outside_.wait_until([&] { return outside_.queue.all_acked(); }, 2h,
                        "two hours after the last freeze something is still not delivered");
    for (const auto& each : hosts_) each->stop();
    for (auto& each : hosts_) each.reset();
    outside_.check_nothing_is_lost();
    outside_.check_repeats();
    ScenarioResult result;
    result.repeats = outside_.log.repeats();
    result.freezes = freezes_;
    return result;
  }

 private:
  // What it was writing, and what it had written and not yet committed.
  std::uint64_t out_of_hand() {
    std::set<std::string> written;
    for (const Message& each : outside_.messages) {
      if (outside_.log.delivered(each.id) && !outside_.store.done(each.id)) written.insert(each.id);
    }
    return outside_.log.writes_under_way() + written.size();
  }
  // A broker notices after two heartbeats, and delivers what the frozen host had to the other.
  void freeze() {
    ++freezes_;
    outside_.tolerated += out_of_hand();
    const Duration time = std::vector<Duration>{12s, 25s, 60s}[outside_.between(0, 2)];
    hosts_[0]->freeze(time);
    if (time > 20s) {
      outside_.scheduler.sleep(20s);
      outside_.queue.disconnect_all();
    }
    outside_.scheduler.sleep(
        Duration(outside_.scheduler.random() % std::uint64_t(Duration(time).count())));
  }

  Outside outside_;
  SimProcessSettings settings_;
  std::uint64_t freezes_ = 0;
  std::array<std::unique_ptr<SimProcess>, 2> hosts_;  // last: they use everything above
};

}  // namespace

ScenarioResult run_freezes(std::uint64_t seed) {
  return FreezeCourse(seed).run();
}

}  // namespace simulation
