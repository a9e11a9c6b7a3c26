#pragma once
// StatisticsMetrics: the part of the sink's metrics that comes from librdkafka's statistics. Data
// only.
#include <connector/option.hpp>
#include <cstdint>

namespace connector_host_plugins::kafka {

struct StatisticsMetrics {
  enum : std::uint32_t {
    producers,
    broker_connections,
    rtt_mean,
    rtt_max,
    throttle_max,
    queued_messages,
    queued_bytes,
    outbuf_messages,
    outbuf_requests,
    waitresp_messages,
    waitresp_requests,
    idempotence_state,
    sent_messages,
    sent_bytes,
    request_retries,
    request_errors,
    request_timeouts,
    count
  };
};

}  // namespace connector_host_plugins::kafka
