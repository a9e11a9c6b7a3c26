#include "plugins/kafka/diagnosis.hpp"

#include "plugins/kafka/topic_setup.hpp"

namespace connector_host_plugins::kafka {

void Diagnosis::raise_for(const Delivery& delivery, const Producer& producer,
                          const Deadline& deadline) const {
  raise_misconfigured(delivery, deadline);
  const Fault fatal = producer.fatal();
  if (is_misconfiguration(fatal)) throw connector::bad_config(describe(fatal, settings_.topic));
  if (delivery.counts().open() == 0) return;
  if (cancellation_.cancelled()) throw connector::retriable("the sink was cancelled");
  if (producer.gave_up() && !delivery.abandoned_leaderless()) raise_gave_up(delivery, producer);
}

// A broker that has just started may not know its topics yet, so a missing one is looked at again.
void Diagnosis::raise_misconfigured(const Delivery& delivery, const Deadline& deadline) const {
  const Fault& fault = delivery.misconfigured();
  if (fault.code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const std::string& topic = delivery.misconfigured_topic();
  const Deadline some_time(std::max(deadline.left(), std::chrono::milliseconds(100)));
  if (is_unknown_topic(fault.code) &&
      topic_exists(settings_, topic, log_, some_time, cancellation_))
    throw connector::not_connected("topic '" + topic + "' was missing and is there again");
  throw connector::bad_config(describe(fault, topic));
}

// Never BAD_CONFIG, which would end the task: what a client said about a login or a certificate on
// the way may be about one broker, or be fixed. The host opens next, and open asks the cluster
// with a new client.
void Diagnosis::raise_gave_up(const Delivery& delivery, const Producer& producer) const {
  const Fault& last = producer.last_fault();
  const std::string said = is_misconfiguration(last) ? describe(last, settings_.topic) : last.text;
  throw connector::not_connected("Kafka at " + settings_.brokers + " did not acknowledge " +
                                 std::to_string(delivery.counts().open()) + " records in time" +
                                 (said.empty() ? "" : ": " + said));
}

}  // namespace connector_host_plugins::kafka
