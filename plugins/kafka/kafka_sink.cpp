#include "plugins/kafka/kafka_sink.hpp"

#include <connector/percent_encoding.hpp>

#include "plugins/kafka/topic_setup.hpp"

namespace connector_host_plugins::kafka {
namespace {

// The call has to have returned at its limit: the last purge and its reports need a moment.
Deadline write_deadline(std::chrono::milliseconds timeout) {
  return Deadline(timeout).earlier_by(std::min(std::chrono::milliseconds(100), timeout / 10));
}

// Errors wait in the queues of idle producers, too, so these are served where no statistics are
// wanted.
std::chrono::milliseconds keeping_interval(const KafkaSettings& settings) {
  constexpr std::chrono::seconds without_statistics{10};
  return settings.statistics_interval.count() > 0 ? settings.statistics_interval
                                                  : without_statistics;
}

}  // namespace

// The configurations are built once here for their errors: a wrong property is known before
// anything is opened.
KafkaSink::KafkaSink(connector::Host host, const connector::Config& config)
    : host_(host),
      settings_(read_settings(host, config)),
      log_(host),
      cluster_id_(settings_, log_),
      diagnosis_(settings_, log_, cancellation_),
      board_(host, first_statistic),
      keeper_(producers_, board_, keeping_interval(settings_)) {
  lenient_producer_conf(settings_);
  probe_conf(settings_);
  if (settings_.files.loses_chain())
    host_.warn(
        std::string(
            "properties.ssl.certificate.location has several certificates, and librdkafka ") +
        rd_kafka_version_str() +
        " sends the first only for a connector made over REST; where brokers need the others, "
        "define the connector in the topology file");
}

void KafkaSink::open(connector::Call& call) {
  cancellation_.reset();
  cluster_id_.set("");  // the address may belong to another cluster by now
  const Deadline deadline(call.timeout());
  ensure_topic(settings_, log_, deadline, cancellation_);
  auto first = new_producer();
  first->connect(settings_.topic, deadline);
  cluster_id_.set(first->cluster_id());
  remember_cluster(first->cluster_id());
  producers_.open(std::move(first));
  keeper_.start();
}

// Not kept is not known: nothing depends on it.
void KafkaSink::remember_cluster(const std::string& id) const {
  constexpr std::string_view name = "cluster_id";
  if (!id.empty() && host_.state(name) != id) host_.keep_state(name, id);
}

// Not ended by cancel, which is sticky and may be long past: its time limit is enough.
void KafkaSink::check(connector::Call& call) {
  const Cancellation never;
  check_topic(settings_, log_, Deadline(call.timeout()), never);
}

std::string KafkaSink::identity(connector::Call& call) {
  const std::string cluster = cluster_id_.learn(Deadline(call.timeout()), cancellation_);
  return "kafka://" + connector::percent_encoded(cluster) + '/' +
         connector::percent_encoded(settings_.topic);
}

std::string KafkaSink::keep_order(connector::Call&) {
  if (settings_.create_partitions == 1) return {};
  return "Kafka keeps order within a partition: give topic '" + settings_.topic +
         "' a single one, or the connector a 'key'";
}

void KafkaSink::close() {
  keeper_.stop();
  producers_.close();
  board_.publish();
}

void KafkaSink::write(connector::Records records, connector::Outcomes& outcomes,
                      connector::Call& call) {
  const Deadline deadline = write_deadline(call.timeout());
  if (cancellation_.cancelled() || !producers_.is_open()) refuse(records.size(), outcomes);
  const ProducerPool::Lease producer = producer_in_use();
  Delivery delivery(*producer, settings_, leaderless_, records, 0, records.size(), outcomes);
  delivery.run(deadline);
  count(delivery.counts());
  if (!delivery.suspects().empty()) resend_singly(delivery.suspects(), records, outcomes, deadline);
  diagnosis_.raise_for(delivery, *producer, deadline);
}

ProducerPool::Lease KafkaSink::producer_in_use() {
  ProducerPool::Lease producer = producers_.take();
  const Fault fatal = producer ? producer->fatal() : Fault();
  if (fatal.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log_.line(4, "the producer is replaced, because it stopped: " + fatal.text);
    host_.add(producers_rebuilt);
    producer.replace(nullptr);
  }
  if (!producer) producer.replace(new_producer());
  return producer;
}

std::unique_ptr<Producer> KafkaSink::new_producer() {
  return std::make_unique<Producer>(producer_conf(settings_), settings_, leaderless_, log_,
                                    cancellation_, &board_);
}

void KafkaSink::refuse(std::size_t records, connector::Outcomes& outcomes) {
  for (std::size_t i = 0; i < records; ++i) outcomes.retry(i, "not sent");
  if (cancellation_.cancelled()) throw connector::retriable("the sink was cancelled");
  throw connector::not_connected("the connection to Kafka has to be opened");
}

// Each alone in its request. The first that is neither delivered nor refused ends it: those behind
// it must not overtake it.
void KafkaSink::resend_singly(const std::vector<std::size_t>& suspects, connector::Records records,
                              connector::Outcomes& outcomes, const Deadline& deadline) {
  Producer alone(lenient_producer_conf(settings_), settings_, leaderless_, log_, cancellation_);
  for (std::size_t index : suspects) {
    Delivery delivery(alone, settings_, leaderless_, records, index, 1, outcomes);
    delivery.run(deadline);
    host_.add(resent_singly);
    count(delivery.counts());
    if (!delivery.suspects().empty())
      outcomes.reject(index, delivery.refusal());
    else if (delivery.counts().delivered == 0)
      return diagnosis_.raise_misconfigured(delivery, deadline);
  }
}

void KafkaSink::count(const DeliveryCounts& counts) {
  if (counts.delivered > 0) host_.add(records_delivered, double(counts.delivered));
  if (counts.undecided > 0) host_.add(possible_duplicates, double(counts.undecided));
}

}  // namespace connector_host_plugins::kafka
