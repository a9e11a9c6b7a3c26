#pragma once
// MessageMaker: makes up what is published: good records, repeats, and of those that come to
// nothing the kinds that fit the scenario. The scenario's own.
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/message.hpp"
#include "tests/simulation/scheduler.hpp"

namespace simulation {

class MessageMaker {
 public:
  explicit MessageMaker(Scheduler& scheduler) : scheduler_(scheduler) {}

  std::uint64_t keys = 0;     // 0: no message has a key
  bool transforms = false;    // they are split, too
  bool large = true;          // some are too large for the dead letter
  bool unacceptable = false;  // some are refused by an impatient one in any form
  bool deadly = false;        // some end the process
  bool corrected =
      true;  // some that can never be written are republished with the same id and another value

  // One of them again, or a new one.
  Message make(const std::vector<Message>& messages);

 private:
  bool flip(double probability) { return scheduler_.chance(probability); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + scheduler_.random() % (high - low + 1);
  }
  Message correct(const Message& refused, std::uint64_t number);
  Message fresh(std::uint64_t number);
  Kind bad_kind();
  void split(Message& message, const std::string& start);

  Scheduler& scheduler_;
};

}  // namespace simulation
