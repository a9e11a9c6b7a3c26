#include "plugins/rabbitmq/acknowledger.hpp"

#include <algorithm>

#include "plugins/rabbitmq/source_metrics.hpp"

namespace connector_host_plugins::rabbitmq {

void Acknowledger::attach(Connection& connection, StreamProgress* stream) {
  connection_ = &connection;
  stream_ = stream;
  if (stream_) stream_->ledger().restart();
  window_.restart();
  unsettled_ = {};
  head_stands_since_.reset();
  last_handed_out_ = in_flight_ = withheld_in_flight_ = 0;
  withheld_ = false;
}

void Acknowledger::begin_consumer(std::uint32_t prefetch) {
  prefetch_ = prefetch;
  unsettled_.begin_consumer();
}

std::uint64_t Acknowledger::position_of(std::uint64_t tag) {
  last_handed_out_ = tag;
  ++in_flight_;
  return window_.deliver(tag);
}

void Acknowledger::ack(std::span<const std::uint64_t> positions, const net::Deadline& deadline) {
  if (!connection_) return host_.add(SourceMetrics::stale_positions, double(positions.size()));
  for (const std::uint64_t position : positions) {
    if (!take(window_.settle(position))) continue;
    ++acknowledged_;
    if (stream_) stream_->ledger().settle(position);
  }
  send_prefix(deadline);
  review(deadline);
}

void Acknowledger::drop(std::uint64_t tag, const net::Deadline& deadline) {
  last_handed_out_ = tag;
  window_.settle(window_.deliver(tag));
  send_prefix(deadline);
}

void Acknowledger::nack(std::span<const std::uint64_t> positions, bool requeue,
                        const net::Deadline& deadline) {
  if (!connection_) return host_.add(SourceMetrics::stale_positions, double(positions.size()));
  if (requeue && returns_by_channel()) return withhold(positions);
  for (const std::uint64_t position : positions) {
    if (stream_)
      give_back_to_stream(position, requeue);
    else if (take(window_.answer(position)))
      send_nack(connector::DeliveryWindow::tag_of(position), requeue, deadline);
  }
  send_prefix(deadline);  // what is settled behind them may be the prefix now
}

// They stay outstanding in the window: so no `multiple` ack goes over them.
void Acknowledger::withhold(std::span<const std::uint64_t> positions) {
  using Settled = connector::DeliveryWindow::Settled;
  for (const std::uint64_t position : positions) {
    const Settled state = window_.state_of(position);
    if (state == Settled::stale) host_.add(SourceMetrics::stale_positions);
    if (state != Settled::now) continue;
    withheld_ = true;
    ++withheld_in_flight_;
  }
}

void Acknowledger::return_rest(const net::Deadline& deadline) {
  const std::uint64_t first = last_handed_out_ + 1, last = unsettled_.newest();
  if (!connection_ || last < first) return;
  if (stream_) return drop_rest(first, last, deadline);
  const bool nothing_else =
      window_.span() == 0;  // only then may one frame answer everything up to the last
  for (std::uint64_t each = first; each <= last; ++each) window_.answer(window_.deliver(each));
  last_handed_out_ = last;
  if (nothing_else) return send_nack_up_to(last, last - first + 1, deadline);
  for (std::uint64_t each = first; each <= last; ++each) send_nack(each, true, deadline);
}

void Acknowledger::give_back_to_stream(std::uint64_t position, bool requeue) {
  if (!take(window_.settle(position))) return;
  requeue ? stream_->ledger().give_back(position) : stream_->ledger().settle(position);
}

void Acknowledger::drop_rest(std::uint64_t first, std::uint64_t last,
                             const net::Deadline& deadline) {
  for (std::uint64_t each = first; each <= last; ++each) window_.settle(window_.deliver(each));
  last_handed_out_ = last;
  stream_->ledger().drop_unread();
  finish(deadline);
}

void Acknowledger::review(const net::Deadline& deadline) {
  if (stands_too_long()) send_stragglers(deadline);
}

void Acknowledger::finish(const net::Deadline& deadline) {
  if (!connection_) return;
  send_prefix(deadline);
  send_stragglers(deadline);
}

std::optional<std::chrono::milliseconds> Acknowledger::review_due() const {
  if (!head_stands_since_) return {};
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*head_stands_since_ + patience - Clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

bool Acknowledger::stands_too_long() const {
  if (!connection_ || !head_stands_since_) return false;
  return window_.settled_count() * 2 > prefetch_ || Clock::now() - *head_stands_since_ >= patience;
}

void Acknowledger::send_prefix(const net::Deadline& deadline) {
  const std::uint64_t before = window_.settled_count(), tag = window_.take_prefix();
  if (window_.settled_count() == 0) {
    head_stands_since_.reset();
  } else if (tag != 0 || !head_stands_since_) {
    head_stands_since_ = Clock::now();
  }
  if (tag == 0) return;
  unsettled_.answer_up_to(tag, before - window_.settled_count());
  send_ack(tag, true, deadline);
}

void Acknowledger::send_stragglers(const net::Deadline& deadline) {
  window_.take_stragglers(stragglers_);
  head_stands_since_.reset();
  for (const std::uint64_t tag : stragglers_) {
    unsettled_.answer(tag);
    send_ack(tag, false, deadline);
  }
}

void Acknowledger::send_ack(std::uint64_t tag, bool multiple, const net::Deadline& deadline) {
  if (tag == 0) connection_->fail("an ack without a delivery tag was about to be sent");
  amqp_basic_ack_t method{tag, amqp_boolean_t(multiple)};
  connection_->send(Connection::channel, AMQP_BASIC_ACK_METHOD, &method, deadline);
  last_ack_ = std::chrono::system_clock::now();
  host_.add(SourceMetrics::ack_frames);
}

void Acknowledger::send_nack(std::uint64_t tag, bool requeue, const net::Deadline& deadline) {
  if (tag == 0) connection_->fail("a nack without a delivery tag was about to be sent");
  amqp_basic_nack_t method{tag, 0, amqp_boolean_t(requeue)};
  unsettled_.answer(tag);
  connection_->send(Connection::channel, AMQP_BASIC_NACK_METHOD, &method, deadline);
  host_.add(SourceMetrics::returned);
}

void Acknowledger::send_nack_up_to(std::uint64_t tag, std::uint64_t count,
                                   const net::Deadline& deadline) {
  amqp_basic_nack_t method{tag, 1, 1};
  unsettled_.answer_up_to(tag, count);
  connection_->send(Connection::channel, AMQP_BASIC_NACK_METHOD, &method, deadline);
  host_.add(SourceMetrics::returned, double(count));
}

// True when the position was outstanding. One that was answered before is nobody's any more.
bool Acknowledger::take(connector::DeliveryWindow::Settled settled) {
  using Settled = connector::DeliveryWindow::Settled;
  if (settled == Settled::stale) host_.add(SourceMetrics::stale_positions);
  if (settled == Settled::now) --in_flight_;
  return settled == Settled::now;
}

}  // namespace connector_host_plugins::rabbitmq
