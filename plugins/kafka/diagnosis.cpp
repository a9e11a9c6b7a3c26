#include "plugins/kafka/diagnosis.hpp"

#include "plugins/kafka/topic_setup.hpp"

namespace connector_host_plugins::kafka {

void Diagnosis::raise_for(const Delivery& delivery, const Producer& producer, const Deadline& deadline) const {
  if (delivery.misconfigured().code != RD_KAFKA_RESP_ERR_NO_ERROR) raise_misconfigured(delivery, deadline);
  const Fault fatal = producer.fatal();
  if (is_misconfiguration(fatal)) throw connector::bad_config(describe(fatal, settings_.topic));
  if (producer.gave_up() && delivery.counts().undecided + delivery.counts().waiting > 0) raise_gave_up(delivery, producer);
}

// A broker that has just started may not know its topics yet, so a missing one is looked at again.
void Diagnosis::raise_misconfigured(const Delivery& delivery, const Deadline& deadline) const {
  const std::string& topic = delivery.misconfigured_topic();
  if (is_unknown_topic(delivery.misconfigured().code) &&
      topic_exists(settings_, topic, log_, Deadline(std::max(deadline.left(), std::chrono::milliseconds(100))), cancellation_))
    throw connector::not_connected("topic '" + topic + "' was missing and is there again");
  throw connector::bad_config(describe(delivery.misconfigured(), topic));
}

void Diagnosis::raise_gave_up(const Delivery& delivery, const Producer& producer) const {
  if (cancellation_.cancelled()) throw connector::retriable("the sink was cancelled");
  const Fault last = producer.last_fault();
  if (is_misconfiguration(last)) throw connector::bad_config("Kafka at " + settings_.brokers + " refuses the connection; " + describe(last, settings_.topic));
  const std::size_t open = delivery.counts().undecided + delivery.counts().waiting;
  throw connector::not_connected("Kafka at " + settings_.brokers + " did not acknowledge " + std::to_string(open) + " records in time" +
                                 (last.text.empty() ? "" : ": " + last.text));
}

}  // namespace connector_host_plugins::kafka
