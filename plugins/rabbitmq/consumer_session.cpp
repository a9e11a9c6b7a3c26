#include "plugins/rabbitmq/consumer_session.hpp"

#include <string>
#include <utility>

#include "plugins/rabbitmq/source_metrics.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

std::uint64_t tag_of(const amqp_frame_t& frame) {
  return static_cast<const amqp_basic_deliver_t*>(frame.payload.method.decoded)->delivery_tag;
}

bool refuses_arguments(const amqp_channel_close_t& close) {
  const auto refused = amqp_method_number_t(close.class_id) << 16 | close.method_id;
  return refused == AMQP_BASIC_CONSUME_METHOD && close.reply_code == AMQP_PRECONDITION_FAILED;
}

}  // namespace

ConsumerSession::ConsumerSession(connector::Host host, const SourceSettings& settings,
                                 const PropertyHeaders& property_headers,
                                 std::unique_ptr<Connection> connection, Acknowledger& acknowledger,
                                 QueueCensus& census, DeliveryCounts& counts, std::uint32_t window,
                                 bool queue_known, StreamProgress* stream)
    : host_(host),
      settings_(&settings),
      connection_(std::move(connection)),
      acknowledger_(&acknowledger),
      census_(&census),
      counts_(&counts),
      stream_(stream),
      consumer_(*connection_, acknowledger, settings, window, stream),
      frames_(*connection_),
      assembler_(property_headers, settings.max_message_bytes),
      queue_known_(queue_known) {
  connection_->accept_large_frames();
  acknowledger_->attach(*connection_, stream);
  census_->connected();
}

ConsumerSession::~ConsumerSession() {
  acknowledger_->detach();
  host_.set(SourceMetrics::blocked, 0);
}

void ConsumerSession::advance(const net::Deadline& deadline) {
  if (stream_ && stream_->ledger().rewinds()) consumer_.replace();
  if (consumer_.returning()) {
    if (acknowledger_->returns_by_channel())
      connection_->fail(
          "the broker has cancelled the consumer, and a new connection keeps the order");
    return_rest(deadline);
    consumer_.returned();
  }
  if (acknowledger_->channel_may_close()) return_by_channel(deadline);
  if (!acknowledger_->withholds()) consumer_.advance(deadline);
}

// The consumer stays: when it was cancelled first, a single active consumer's queue put what the
// channel had behind the rest (RabbitMQ 3.10), and another host would have been given later
// messages while earlier ones are still being written here.
void ConsumerSession::withhold_rest(const net::Deadline& deadline) {
  consumer_.want(false);
  if (consumer_.exists() || acknowledger_->unsettled().total() > 0) acknowledger_->withhold_rest();
  advance(deadline);
}

void ConsumerSession::return_by_channel(const net::Deadline& deadline) {
  acknowledger_->finish(deadline);
  host_.add(SourceMetrics::returned, double(acknowledger_->unsettled().total()));
  frames_.clear();
  assembler_.reset();
  connection_->restart_channel(deadline);
  counts_awaited_ = 0;  // what was asked over the old channel is not answered any more
  acknowledger_->attach(*connection_, stream_);
  consumer_.channel_reopened();
}

void ConsumerSession::stop(Patience patience) {
  frames_.clear();
  assembler_.reset();
  if (acknowledger_->returns_by_channel()) return withhold_rest(patience.limit());
  consumer_.want(false);
  consumer_.advance(patience.limit());
  drain_until_cancelled(patience);
  patience.heard();
  return_rest(patience.limit());
  consumer_.returned();
  acknowledger_->finish(patience.limit());
}

void ConsumerSession::return_rest(const net::Deadline& deadline) {
  frames_.clear();
  assembler_.reset();
  acknowledger_->return_rest(deadline);
}

// The broker sends deliveries until it has handled the cancel, and none behind its answer.
void ConsumerSession::drain_until_cancelled(Patience& patience) {
  while (consumer_.begins() || consumer_.awaits_confirmation()) {
    amqp_frame_t frame;
    if (!frames_.read(frame)) {
      if (!connection_->wait_readable(patience.limit()))
        connection_->fail("no answer to basic.cancel in time");
      patience.heard();
      continue;
    }
    if (patience.over())
      connection_->fail("no answer to basic.cancel in time, though frames arrive");
    handled(frame);  // a delivery is counted, and returned afterwards
    consumer_.advance(patience.limit());
    frames_.release_memory();
  }
}

void ConsumerSession::collect(connector::BatchBuilder& batch, std::uint32_t max_records,
                              std::uint64_t max_bytes, ReadTurn& turn) {
  amqp_frame_t frame;
  while (complete_in(batch) < max_records &&
         (batch.bytes() < max_bytes || complete_in(batch) == 0)) {
    if (turn.over()) return;
    const bool is_new = !frames_.take_aside(frame);  // buffered frames are part of a delivery
    if (is_new && (consumer_.returning() || !frames_.read(frame))) return;
    if (!(is_new && handled(frame)) && !take(frame, batch)) return frames_.put_back(frame);
    if (!assembler_.holds_views()) frames_.release_memory();
  }
}

bool ConsumerSession::take(const amqp_frame_t& frame, connector::BatchBuilder& batch) {
  if (stream_ && frame.frame_type == AMQP_FRAME_HEADER) begin_stream_record(frame);
  switch (assembler_.take(frame, batch)) {
    case DeliveryAssembler::Step::complete:
      complete(batch.last());
      return true;
    case DeliveryAssembler::Step::skipped:
      acknowledger_->drop(assembler_.tag(), net::Deadline(std::chrono::seconds(1)));
      return true;
    case DeliveryAssembler::Step::wants_empty_batch:
      return false;
    case DeliveryAssembler::Step::out_of_order:
      connection_->fail("frames of a delivery came out of order");
    default:
      return true;
  }
}

void ConsumerSession::complete(connector_record& record) {
  record.position = acknowledger_->position_of(assembler_.tag());
  if (stream_) return stream_->hand_out(record, stream_offset_);
  record.delivery_count = counts_->read(record, assembler_.count_header());
}

void ConsumerSession::begin_stream_record(const amqp_frame_t& header) {
  stream_offset_ = offset_of(header);
  if (stream_->ledger().is_known(stream_offset_)) assembler_.skip();
}

void ConsumerSession::received_from_stream(const amqp_frame_t& header) {
  stream_->receive(offset_of(header));
}

std::uint64_t ConsumerSession::offset_of(const amqp_frame_t& header) {
  const auto offset = StreamProgress::offset_in(header);
  if (!offset)
    connection_->fail("a delivery of stream '" + settings_->queue + "' has no x-stream-offset");
  return *offset;
}

void ConsumerSession::keep_alive(ReadTurn& turn) {
  amqp_frame_t frame;
  while (!frames_.full()) {
    if (turn.over() || !frames_.read(frame)) return;  // read has sent a heartbeat if one was due
    if (!handled(frame)) frames_.put_aside(frame);
    if (!assembler_.holds_views()) frames_.release_memory();
  }
  connection_->keep_alive();
}

// Only about a queue that was seen: the broker closes the channel when it is missing.
void ConsumerSession::ask_for_census() {
  const auto now = QueueCensus::Clock::now();
  if (!census_->due(now) || !queue_known_ || counts_awaited_ > 0 || frames_.full() ||
      !connection_->writable())
    return;
  census_->asked(now);
  ask_for_count(net::Deadline(std::chrono::seconds(1)));
}

void ConsumerSession::ask_for_count(const net::Deadline& deadline) {
  amqp_queue_declare_t declare{};
  declare.queue = bytes_of(settings_->queue);
  declare.passive = 1;
  connection_->send(Connection::channel, AMQP_QUEUE_DECLARE_METHOD, &declare, deadline);
  ++counts_awaited_;
}

std::uint64_t ConsumerSession::count_ready(const net::Deadline& deadline) {
  if (stream_)
    return 0;  // a stream keeps what was read, so its number of messages says nothing of what waits
  if (!census_->is_harmless())
    throw connector::retriable("RabbitMQ does not tell the number of waiting messages");
  if (frames_.full())
    throw connector::retriable(
        "the number of waiting messages is not known now: deliveries fill the buffer");
  ask_for_count(deadline);
  while (counts_awaited_ > 0) {
    amqp_frame_t frame;
    if (frames_.full() || !frames_.read(frame)) {
      if (frames_.full() || !connection_->wait_readable(deadline))
        throw connector::retriable("RabbitMQ has not told the number of waiting messages in time");
      continue;
    }
    if (!handled(frame)) frames_.put_aside(frame);
    if (!assembler_.holds_views()) frames_.release_memory();
    if (deadline.over() && counts_awaited_ > 0)
      throw connector::retriable("RabbitMQ has not told the number of waiting messages in time");
  }
  return stands_by() ? 0 : ready_;
}

void ConsumerSession::end(const Patience& patience) noexcept {
  try {
    acknowledger_->returns_by_channel() ? acknowledger_->finish(patience.limit()) : stop(patience);
  } catch (const std::exception&) {  // what the broker has not heard of it delivers again
  }
  connection_->shut(patience);
}

bool ConsumerSession::handled(const amqp_frame_t& frame) {
  if (frame.frame_type == AMQP_FRAME_HEARTBEAT)
    return true;  // the library queues one when it reads while it sends
  if (frame.frame_type == AMQP_FRAME_HEADER && stream_) received_from_stream(frame);
  if (frame.frame_type != AMQP_FRAME_METHOD) return false;
  switch (frame.payload.method.id) {
    case AMQP_BASIC_DELIVER_METHOD:
      received(tag_of(frame));
      return false;
    case AMQP_BASIC_CONSUME_OK_METHOD:
      consumer_.confirmed(text_of(
          static_cast<const amqp_basic_consume_ok_t*>(frame.payload.method.decoded)->consumer_tag));
      queue_known_ = true;
      census_->seen();
      return true;
    case AMQP_BASIC_QOS_OK_METHOD:
      return true;
    case AMQP_BASIC_CANCEL_OK_METHOD:
      consumer_.cancel_confirmed(text_of(
          static_cast<const amqp_basic_cancel_ok_t*>(frame.payload.method.decoded)->consumer_tag));
      return true;
    case AMQP_QUEUE_DECLARE_OK_METHOD:
      counted(*static_cast<const amqp_queue_declare_ok_t*>(frame.payload.method.decoded));
      return true;
    case AMQP_CONNECTION_BLOCKED_METHOD:
      blocked(
          true,
          text_of(
              static_cast<const amqp_connection_blocked_t*>(frame.payload.method.decoded)->reason));
      return true;
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      blocked(false, {});
      return true;
    case AMQP_BASIC_CANCEL_METHOD:
      cancelled_by_broker(text_of(
          static_cast<const amqp_basic_cancel_t*>(frame.payload.method.decoded)->consumer_tag));
      return true;
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      closed(frame);
    default:
      connection_->fail("unexpected AMQP method " + std::to_string(frame.payload.method.id >> 16) +
                        '.' + std::to_string(frame.payload.method.id & 0xFFFF));
  }
}

// The unsettled deliveries stay valid: closing the connection would cost each of them a delivery
// attempt.
void ConsumerSession::cancelled_by_broker(std::string_view tag) {
  if (!consumer_.cancelled_by_broker(tag)) return;
  host_.add(SourceMetrics::consumer_cancels);
  host_.warn("consumer cancelled by the broker: queue '" + settings_->queue +
             "' was deleted, its leader was lost, or a delivery was not acknowledged in time; "
             "consuming again after a pause of 1 s to 30 s");
}

void ConsumerSession::counted(const amqp_queue_declare_ok_t& answer) {
  --counts_awaited_;
  ready_ = answer.message_count;
  consumers_ = answer.consumer_count;
  census_->told(answer.message_count, answer.consumer_count);
}

void ConsumerSession::closed(const amqp_frame_t& frame) {
  Doing doing = queue_known_ ? Doing::consuming_known : Doing::consuming;
  if (frame.payload.method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_channel_close_t*>(frame.payload.method.decoded);
    if (counts_awaited_ > 0 && answers_declare(close)) {
      census_->refused(close.reply_code, text_of(close.reply_text));
      doing = Doing::counting;
    } else if (!settings_->consume_arguments.empty() && refuses_arguments(close)) {
      doing = Doing::starting_consumer;
    }
  }
  connection_->closed_by_broker(frame, doing);
}

void ConsumerSession::blocked(bool is_blocked, std::string_view reason) {
  if (std::exchange(is_blocked_, is_blocked) == is_blocked) return;
  host_.set(SourceMetrics::blocked, is_blocked);
  if (is_blocked)
    return host_.warn("RabbitMQ blocks this connection (" + std::string(reason) +
                      "); consuming and acks go on");
  host_.info("RabbitMQ unblocked this connection");
}

}  // namespace connector_host_plugins::rabbitmq
