#pragma once
// Outside: what surrounds the processes of a course: the scheduler, the messages, and the models
// that hold the truth. Plain data; the course's main thread owns it.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/message_maker.hpp"
#include "tests/simulation/sim_process.hpp"

namespace simulation {

struct Outside {
  static constexpr std::size_t most_messages = 100;

  explicit Outside(std::uint64_t seed) : scheduler(seed) { messages.reserve(most_messages); }

  SimContext context() { return {scheduler, nobody, queue, store, log, faults, tolerated, 0}; }
  bool flip(double probability) { return scheduler.chance(probability); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + scheduler.random() % (high - low + 1);
  }
  void publish(Message message) {
    messages.push_back(std::move(message));
    queue.publish(messages.size() - 1);
  }
  void wait_until(const std::function<bool()>& what, Duration patience, const char* otherwise) {
    const Time deadline = scheduler.now() + patience;
    while (!what()) {
      if (scheduler.now() > deadline) scheduler.violated(otherwise);
      scheduler.sleep(std::chrono::seconds(1));
    }
  }
  void check_nothing_is_lost() const {
    for (const Message& each : messages) {
      if (!log.has(each)) scheduler.violated("lost: " + each.value);
    }
  }
  void check_repeats() const {
    if (log.repeats() > tolerated)
      scheduler.violated("written twice without a reason: " + std::to_string(log.repeats()) +
                         " repeats, of which " + std::to_string(tolerated) + " had one");
  }

  Scheduler scheduler;
  Process nobody;
  std::vector<Message> messages;
  std::uint64_t tolerated = 0;  // repeats that may happen
  LogModel log{scheduler, messages};
  QueueModel queue{scheduler, messages, log};
  StoreModel store{scheduler, log, tolerated};
  Faults faults;
};

}  // namespace simulation
