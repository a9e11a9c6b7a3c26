#pragma once
// Acknowledger: turns settled positions into as few basic.ack frames as the order of settling
// allows.
//
// ack sends one `multiple` ack over the settled prefix in the same call, so nothing waits for a
// later one that may never come. What is settled behind a delivery that takes long is acknowledged
// one by one once that has stood for 100 ms or holds up half of the consumer's prefetch (review,
// from poll). Positions of an earlier connection are counted and dropped; tag 0 is never sent,
// because AMQP reads it as everything outstanding. Deliveries are returned by basic.nack, never by
// basic.reject, which RabbitMQ 4.3 counts as a failed attempt.
// With keep_order nothing is returned by basic.nack: a quorum queue puts that behind everything, or
// in the order of the frames. It stays unsettled until the channel is closed, which returns it all
// in its old order (tried with RabbitMQ 3.10, classic and quorum). A stream knows no basic.nack,
// and an ack only gives its consumer credit: there everything is acknowledged, and StreamProgress
// notes what was settled and what is to be read again. The intake thread's alone. It lives as long
// as the source; the connection is lent between attach and detach.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "connector/delivery_window.hpp"
#include "connector/host.hpp"
#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/connection.hpp"
#include "plugins/rabbitmq/stream_progress.hpp"
#include "plugins/rabbitmq/unsettled_deliveries.hpp"

namespace connector_host_plugins::rabbitmq {

class Acknowledger {
 public:
  static constexpr std::chrono::milliseconds patience{100};

  explicit Acknowledger(connector::Host host) : host_(host) {}

  void keep_order() { keeps_order_ = true; }
  bool returns_by_channel() const { return keeps_order_ && !stream_; }

  // Also after the channel of the connection was opened anew. stream: null for another queue.
  void attach(Connection& connection, StreamProgress* stream);
  void detach() { connection_ = nullptr, stream_ = nullptr; }
  // What the broker delivers from now on is for a new consumer with this prefetch.
  void begin_consumer(std::uint32_t prefetch);

  // The broker has delivered the next tag.
  void received() { unsettled_.deliver(); }
  // A delivery that is handed out now. Tags arrive in order.
  std::uint64_t position_of(std::uint64_t tag);
  void ack(std::span<const std::uint64_t> positions, const net::Deadline& deadline);
  // Settles a delivery that is not handed out.
  void drop(std::uint64_t tag, const net::Deadline& deadline);
  void nack(std::span<const std::uint64_t> positions, bool requeue, const net::Deadline& deadline);
  // Returns every delivery that was received and not handed out.
  void return_rest(const net::Deadline& deadline);
  // Acknowledges stragglers that have waited long enough.
  void review(const net::Deadline& deadline);
  // Acknowledges whatever is settled.
  void finish(const net::Deadline& deadline);
  // How long until review has something to do.
  std::optional<std::chrono::milliseconds> review_due() const;

  const UnsettledDeliveries& unsettled() const { return unsettled_; }
  // Something is to be returned by closing the channel, and …
  bool withholds() const { return withheld_; }
  void withhold_rest() { withheld_ = true; }
  // … nothing that was handed out may still be acknowledged before.
  bool channel_may_close() const { return withheld_ && in_flight_ == withheld_in_flight_; }
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t in_flight() const { return in_flight_; }
  std::chrono::system_clock::time_point last_ack() const { return last_ack_; }

 private:
  using Clock = std::chrono::steady_clock;

  bool stands_too_long() const;
  void send_prefix(const net::Deadline& deadline);
  void send_stragglers(const net::Deadline& deadline);
  void send_ack(std::uint64_t tag, bool multiple, const net::Deadline& deadline);
  void send_nack(std::uint64_t tag, bool requeue, const net::Deadline& deadline);
  void send_nack_up_to(std::uint64_t tag, std::uint64_t count, const net::Deadline& deadline);
  void give_back_to_stream(std::uint64_t position, bool requeue);
  void drop_rest(std::uint64_t first, std::uint64_t last, const net::Deadline& deadline);
  bool take(connector::DeliveryWindow::Settled settled);
  void withhold(std::span<const std::uint64_t> positions);

  connector::Host host_;
  std::uint32_t prefetch_ = 0;  // of the present consumer
  Connection* connection_ = nullptr;
  StreamProgress* stream_ = nullptr;
  connector::DeliveryWindow window_;
  UnsettledDeliveries unsettled_;
  std::vector<std::uint64_t> stragglers_;
  std::optional<Clock::time_point>
      head_stands_since_;  // while something is settled behind the oldest one
  std::uint64_t last_handed_out_ = 0, in_flight_ = 0, acknowledged_ = 0;
  std::chrono::system_clock::time_point last_ack_{};
  bool keeps_order_ = false;
  bool withheld_ = false;                 // something is to be returned by closing the channel
  std::uint64_t withheld_in_flight_ = 0;  // of what was handed out
};

}  // namespace connector_host_plugins::rabbitmq
