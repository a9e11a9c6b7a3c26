#pragma once
// RabbitmqSource: the component: records from one RabbitMQ queue over AMQP 0-9-1.
//
// It is the frame around the session: opens one at the brokers in turn, waits for socket or wake,
// and hands batches out. It does not retry and does not reconnect: it says NOT_CONNECTED, and the
// host closes and opens. check and identity run on other threads: check has connections of its own
// and touches nothing that changes. wake and cancel are thread-safe; everything else is the intake
// thread's.
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "connector/plugin.hpp"
#include "plugins/rabbitmq/acknowledger.hpp"
#include "plugins/rabbitmq/consumer_session.hpp"
#include "plugins/rabbitmq/delivery_counts.hpp"
#include "plugins/rabbitmq/delivery_limit.hpp"
#include "plugins/rabbitmq/interruption.hpp"
#include "plugins/rabbitmq/property_headers.hpp"
#include "plugins/rabbitmq/queue_type.hpp"
#include "plugins/rabbitmq/source_metrics.hpp"
#include "plugins/rabbitmq/source_settings.hpp"
#include "plugins/rabbitmq/stream_progress.hpp"
#include "plugins/rabbitmq/wake_signal.hpp"

namespace connector_host_plugins::rabbitmq {

class RabbitmqSource : public connector::Source {
 public:
  static constexpr std::string_view
      type = "rabbitmq",
      description =
          "Records from a RabbitMQ queue (AMQP 0-9-1), acknowledged once they are delivered.";
  static constexpr const auto& options = SourceSettings::options;
  static constexpr const auto& metrics = SourceMetrics::table;

  RabbitmqSource(connector::Host host, const connector::Config& config);
  ~RabbitmqSource() override;

  void open(connector::Call& call) override;
  void check(connector::Call& call) override;
  void cancel() override { interruption_.cancel(); }
  void close() override;
  std::string identity(connector::Call& call) override;
  std::string keep_order(connector::Call& call) override;
  connector::PollResult poll(std::uint32_t max_records, std::uint64_t max_bytes,
                             connector_batch& out, connector::Call& call) override;
  void wake() override { wake_.raise(); }
  void ack(std::span<const std::uint64_t> positions, connector::Call& call) override;
  void nack(std::span<const std::uint64_t> positions, bool requeue, connector::Call& call) override;
  void pause(connector::Call& call) override;
  void resume(connector::Call& call) override;
  void set_window(std::uint32_t deliveries, connector::Call& call) override;
  std::uint32_t delivery_limit(connector::Call& call) override;
  std::uint64_t backlog(connector::Call& call) override;
  std::string offsets(connector::Call& call) override;
  void set_offsets(std::string_view json, connector::Call& call) override;

 private:
  ConsumerSession& session();
  // Tries the brokers in turn, from this one on, until one answers; afterwards it is the one that
  // was tried last.
  std::unique_ptr<Connection> connect(const net::Deadline& deadline, Interruption& interruption,
                                      const std::string& suffix, std::size_t& broker) const;
  // This broker has failed: the next open begins with the one behind it.
  void turn_from(std::size_t broker) { broker_ = (broker + 1) % settings_.brokers.size(); }
  // Makes sure that the queue exists, and learns its type; until the deadline, or a cancel of the
  // interruption that watches the connection.
  void prepare(Connection& connection, const net::Deadline& deadline);
  QueueType type_of_queue(Connection& connection, const net::Deadline& deadline) const;
  // Throws BAD_CONFIG unless the queue is a stream.
  void expect_stream(const net::Deadline& deadline);
  void follow(QueueType type);
  void collect(std::uint32_t max_records, std::uint64_t max_bytes, const net::Deadline& deadline);
  void remember_identity(const Connection& connection, const BrokerAddress& broker);
  // Lets the consumer continue after what was read, settled or set.
  void advance(const net::Deadline& deadline);
  void wait(const net::Deadline& deadline, bool takes_records);
  // Runs f; when that loses the connection, the next open begins with the next broker. When it
  // fails for another reason (no memory), a frame or an ack may have been lost half way: the
  // connection ends, and the broker delivers again.
  template <class F>
  auto watched(F&& f);

  connector::Host host_;
  SourceSettings settings_;
  PropertyHeaders property_headers_;
  Acknowledger acknowledger_;
  QueueCensus census_;
  DeliveryCounts counts_;
  DeliveryLimit delivery_limit_;
  Interruption interruption_;
  WakeSignal wake_;
  std::mutex identity_mutex_;  // guards identity_
  std::string identity_;       // of the latest open
  std::atomic<bool> queue_known_ = false;
  std::atomic<std::size_t> broker_ = 0;  // the one in use or to be tried first
  bool paused_ = false;
  std::uint32_t window_;  // the maximum of unsettled deliveries, also of sessions to come
  connector::BatchPool pool_;
  std::unique_ptr<StreamProgress> stream_;  // null: the queue is no stream, or was not seen yet
  std::unique_ptr<connector::BatchBuilder>
      batch_;  // what poll is filling; between polls it holds at most one unfinished record
  std::unique_ptr<ConsumerSession> session_;
};

}  // namespace connector_host_plugins::rabbitmq
