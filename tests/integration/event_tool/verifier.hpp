// Verifier: compares what is in Kafka with a plan, record by record and byte by byte, with exactly
// the headers that it should have. It only reads. Threads: one. Owner: the verify command.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/integration/event_tool/event_plan.hpp"
#include "tests/integration/event_tool/report.hpp"
#include "tests/integration/event_tool/topic_reader.hpp"

namespace event_tool {

struct VerifySettings {
  std::string brokers;
  std::string topic;
  std::string dead_letter_topic;  // empty: bad events are not looked for
  std::chrono::seconds wait{0};   // for events that are not there yet
};

class Verifier {
 public:
  Verifier(const EventPlan& plan, VerifySettings settings);
  // Reads until everything has arrived or the wait is over, then to the end of the topics.
  // progress: about once a second.
  Report run(const std::function<void(const Report&)>& progress);

 private:
  void take_event(const rd_kafka_message_t& message);
  void take_dead_letter(const rd_kafka_message_t& message);
  void read(std::chrono::milliseconds within);

  const EventPlan& plan_;
  VerifySettings settings_;
  TopicReader events_;
  TopicReader dead_letters_;
  std::vector<bool> seen_;
  Report report_;
};

}  // namespace event_tool
