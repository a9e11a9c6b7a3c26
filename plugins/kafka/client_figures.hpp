#pragma once
// ClientFigures: what librdkafka's statistics say of one producer, over all its brokers. Plain
// data.
//
// read_figures is pure: a JSON text in, figures out. What a version of librdkafka does not say is
// 0.
#include <cstdint>
#include <optional>
#include <string_view>

namespace connector_host_plugins::kafka {

// How far a producer is from sending; the larger, the farther. librdkafka's states, by what they
// mean to a user.
enum class IdempotenceState : std::uint8_t {
  ready,         // it has its producer id
  not_begun,     // nothing was sent yet
  waits_for_id,  // it asks for its producer id
  begins_anew,   // it takes back what is in flight, for a new id
  stopped,       // for good
};

struct ClientFigures {
  // Since the producer was made.
  std::uint64_t sent_messages = 0, sent_bytes = 0, request_retries = 0, request_errors = 0,
                request_timeouts = 0;
  // Now.
  std::uint64_t queued_messages = 0, queued_bytes = 0;     // given to it and not reported yet
  std::uint64_t outbuf_messages = 0, outbuf_requests = 0;  // in requests that wait to be sent
  std::uint64_t waitresp_messages = 0,
                waitresp_requests = 0;  // in requests that wait for their answer
  std::uint64_t connections = 0;        // to brokers, ready for use
  IdempotenceState idempotence = IdempotenceState::not_begun;
  // Since the statistics before; of the broker that is worst.
  double rtt_mean_seconds = 0, rtt_max_seconds = 0, throttle_max_seconds = 0;
};

// Nothing: that is no JSON.
std::optional<ClientFigures> read_figures(std::string_view json);

}  // namespace connector_host_plugins::kafka
