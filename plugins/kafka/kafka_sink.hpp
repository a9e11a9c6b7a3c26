#pragma once
// KafkaSink: writes records to Kafka topics, at least once and in order per key.
//
// A write is synchronous: it returns when the brokers have decided about each of its records. Lanes
// write in parallel, each through a producer of its own. The sink retries nothing but what has to
// be sent alone to know which record is at fault. Thread rules are those of abi.h for sinks; owned
// by the host through the SDK.
#include <connector/plugin.hpp>
#include <memory>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_log.hpp"
#include "plugins/kafka/cluster_id.hpp"
#include "plugins/kafka/delivery.hpp"
#include "plugins/kafka/diagnosis.hpp"
#include "plugins/kafka/kafka_options.hpp"
#include "plugins/kafka/kafka_settings.hpp"
#include "plugins/kafka/leaderless_partitions.hpp"
#include "plugins/kafka/pool_keeper.hpp"
#include "plugins/kafka/producer_pool.hpp"
#include "plugins/kafka/statistics_metrics.hpp"

namespace connector_host_plugins::kafka {

class KafkaSink : public connector::Sink {
 public:
  static constexpr std::string_view
      type = "kafka",
      description = "Writes records to Kafka topics, acknowledged by all replicas.";
  static constexpr auto& options = sink_options;
  enum MetricIndex : std::uint32_t {
    records_delivered,
    possible_duplicates,
    resent_singly,
    producers_rebuilt,
    first_statistic
  };
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("records_delivered_total", "Records that Kafka acknowledged."),
      connector::Metric::counter("possible_duplicates_total",
                                 "Records given back undecided: they may be in the topic already."),
      connector::Metric::counter(
          "records_resent_singly_total",
          "Records sent again alone because the broker refused their batch."),
      connector::Metric::counter("producers_rebuilt_total",
                                 "Producers replaced after a failure that librdkafka calls fatal."),
      // As in StatisticsMetrics.
      connector::Metric::gauge("producers",
                               "Producers that the figures from librdkafka's statistics are about; "
                               "one for each write at a time."),
      connector::Metric::gauge("broker_connections",
                               "Connections to brokers that are ready for use, of all producers."),
      connector::Metric::gauge("broker_rtt_mean_seconds",
                               "Mean time from a request to its answer in the last statistics "
                               "interval; of the worst broker."),
      connector::Metric::gauge(
          "broker_rtt_max_seconds",
          "Longest time from a request to its answer in the last statistics interval."),
      connector::Metric::gauge("broker_throttle_max_seconds",
                               "Longest time that a broker made a producer wait for its quota in "
                               "the last statistics interval."),
      connector::Metric::gauge("queued_messages",
                               "Messages that producers hold: queued, or sent and not answered."),
      connector::Metric::gauge("queued_bytes", "Bytes of these messages."),
      connector::Metric::gauge("outbuf_messages", "Messages in requests that wait to be sent."),
      connector::Metric::gauge("outbuf_requests", "Requests that wait to be sent."),
      connector::Metric::gauge("waitresp_messages",
                               "Messages in requests that wait for their answer."),
      connector::Metric::gauge("waitresp_requests", "Requests that wait for their answer."),
      connector::Metric::gauge("idempotence_state",
                               "Of the producer that is worst: 0 ready, 1 nothing sent yet, 2 "
                               "waits for its id, 3 begins anew, 4 stopped."),
      connector::Metric::counter(
          "sent_messages_total",
          "Messages sent to brokers, by librdkafka's count; a repeat counts."),
      connector::Metric::counter("sent_bytes_total", "Bytes of these messages."),
      connector::Metric::counter("request_retries_total", "Requests that librdkafka sent again."),
      connector::Metric::counter("request_errors_total", "Requests that could not be sent."),
      connector::Metric::counter("request_timeouts_total", "Requests without an answer in time.")};

  KafkaSink(connector::Host, const connector::Config&);

  void open(connector::Call&) override;
  void check(connector::Call&) override;
  void cancel() override { cancellation_.cancel(); }
  void close() override;
  std::string identity(connector::Call&) override;
  std::string keep_order(connector::Call&) override;
  void write(connector::Records, connector::Outcomes&, connector::Call&) override;

 private:
  // One that works, made if need be; it connects when it has something to send.
  ProducerPool::Lease producer_in_use();
  std::unique_ptr<Producer> new_producer();
  // Throws, having marked all records as not sent.
  [[noreturn]] void refuse(std::size_t records, connector::Outcomes&);
  void resend_singly(const std::vector<std::size_t>& suspects, connector::Records,
                     connector::Outcomes&, const Deadline&);
  void count(const DeliveryCounts&);
  void remember_cluster(const std::string& id) const;

  connector::Host host_;
  const KafkaSettings settings_;
  ClientLog log_;
  Cancellation cancellation_;
  ClusterId cluster_id_;
  const Diagnosis diagnosis_;
  StatisticsBoard board_;
  LeaderlessPartitions leaderless_;
  ProducerPool producers_;
  PoolKeeper keeper_;  // last: its thread uses what stands above
};

}  // namespace connector_host_plugins::kafka
