#pragma once
// Diagnosis: what a write that left records open says about the sink as a whole, in the code and
// the words of its call.
//
// Immutable, so any thread may ask; borrows what it is made of. Owned by KafkaSink.
#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_log.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/delivery.hpp"
#include "plugins/kafka/kafka_settings.hpp"
#include "plugins/kafka/producer.hpp"

namespace connector_host_plugins::kafka {

class Diagnosis {
 public:
  Diagnosis(const KafkaSettings& settings, ClientLog& log, const Cancellation& cancellation)
      : settings_(settings), log_(log), cancellation_(cancellation) {}

  // Throws BAD_CONFIG for what requires the user, RETRIABLE for a cancel and NOT_CONNECTED for
  // records that were abandoned. Returns where the outcomes speak for themselves.
  void raise_for(const Delivery&, const Producer&, const Deadline&) const;
  // The first of these alone.
  void raise_misconfigured(const Delivery&, const Deadline&) const;

 private:
  [[noreturn]] void raise_gave_up(const Delivery&, const Producer&) const;

  const KafkaSettings& settings_;
  ClientLog& log_;
  const Cancellation& cancellation_;
};

}  // namespace connector_host_plugins::kafka
