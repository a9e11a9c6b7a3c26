#pragma once
// The metrics of the source: what is counted, and its place in the table that the host reads.
#include <cstdint>

#include "connector/option.hpp"

namespace connector_host_plugins::rabbitmq {

struct SourceMetrics {
  enum : std::uint32_t {
    connects,
    stale_positions,
    consumer_cancels,
    ack_frames,
    returned,
    blocked,
    queue_depth,
    queue_consumers,
    queue_checked
  };

  static constexpr connector::Metric table[] = {
      connector::Metric::counter("connects_total",
                                 "Connections made to the broker; the first one counts too."),
      connector::Metric::counter(
          "stale_positions_total",
          "Acks and nacks of deliveries whose connection is gone; the broker delivers them again."),
      connector::Metric::counter("consumer_cancels_total",
                                 "Consumers cancelled by the broker: queue deleted, leader lost, "
                                 "or a delivery not acknowledged in time."),
      connector::Metric::counter("ack_frames_total",
                                 "basic.ack frames sent; one may acknowledge many deliveries."),
      connector::Metric::counter("returned_total", "Deliveries given back to the broker."),
      connector::Metric::gauge("connection_blocked",
                               "1 while the broker blocks this connection (memory or disk alarm)."),
      connector::Metric::gauge("queue_depth_messages",
                               "Messages that wait in the queue, as the broker last told; those "
                               "with a consumer do not count."),
      connector::Metric::gauge(
          "queue_consumers",
          "Consumers of the queue, as the broker last told; of all its clients."),
      connector::Metric::gauge("queue_checked_timestamp_seconds",
                               "When the broker last told these two; 0: not yet.")};
};

}  // namespace connector_host_plugins::rabbitmq
