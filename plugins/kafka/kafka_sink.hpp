#pragma once
// KafkaSink: writes records to Kafka topics, at least once and in order per key.
//
// A write is synchronous: it returns when the brokers have decided about each of its records. Lanes write in parallel, each
// through a producer of its own. The sink retries nothing but what has to be sent alone to know which record is at fault.
// Thread rules are those of abi.h for sinks; owned by the host through the SDK.
#include <connector/plugin.hpp>
#include <memory>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_log.hpp"
#include "plugins/kafka/delivery.hpp"
#include "plugins/kafka/diagnosis.hpp"
#include "plugins/kafka/kafka_options.hpp"
#include "plugins/kafka/kafka_settings.hpp"
#include "plugins/kafka/producer_pool.hpp"

namespace connector_host_plugins::kafka {

class KafkaSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "kafka", description = "Writes records to Kafka topics, acknowledged by all replicas.";
  static constexpr auto& options = sink_options;
  enum MetricIndex : std::uint32_t { records_delivered, possible_duplicates, resent_singly, producers_rebuilt };
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("records_delivered_total", "Records that Kafka acknowledged."),
      connector::Metric::counter("possible_duplicates_total", "Records given back undecided: they may be in the topic already."),
      connector::Metric::counter("records_resent_singly_total", "Records sent again alone because the broker refused their batch."),
      connector::Metric::counter("producers_rebuilt_total", "Producers replaced after a failure that librdkafka calls fatal.")};

  KafkaSink(connector::Host, const connector::Config&);

  void open(connector::Call&) override;
  void check(connector::Call&) override;
  void cancel() override { cancellation_.cancel(); }
  void close() override;
  void write(connector::Records, connector::Outcomes&, connector::Call&) override;

 private:
  // One that works, made if need be; it connects when it has something to send.
  ProducerPool::Lease producer_in_use();
  std::unique_ptr<Producer> new_producer();
  // Throws, having marked all records as not sent.
  [[noreturn]] void refuse(std::size_t records, connector::Outcomes&);
  void resend_singly(const std::vector<std::size_t>& suspects, connector::Records, connector::Outcomes&, const Deadline&);
  void count(const DeliveryCounts&);

  connector::Host host_;
  const KafkaSettings settings_;
  ClientLog log_;
  Cancellation cancellation_;
  const Diagnosis diagnosis_;
  ProducerPool producers_;
};

}  // namespace connector_host_plugins::kafka
