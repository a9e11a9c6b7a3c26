#pragma once
// ConsumerSession: reads one queue over one connection.
//
// Reads frames without blocking and sorts them: deliveries to the assembler, everything else (the
// broker's cancel, blocked, close, answers) is acted on at once, also while deliveries are set
// aside. Nothing is consumed before start, so a session that is paused right after it began has
// taken nothing. It is not the consumer: several follow each other on its channel. The intake
// thread's alone. Throws NOT_CONNECTED when the session is over; then it is only good for
// destruction.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "connector/batch.hpp"
#include "connector/host.hpp"
#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/acknowledger.hpp"
#include "plugins/rabbitmq/connection.hpp"
#include "plugins/rabbitmq/consumer.hpp"
#include "plugins/rabbitmq/delivery_assembler.hpp"
#include "plugins/rabbitmq/delivery_counts.hpp"
#include "plugins/rabbitmq/frame_stream.hpp"
#include "plugins/rabbitmq/patience.hpp"
#include "plugins/rabbitmq/queue_census.hpp"
#include "plugins/rabbitmq/read_turn.hpp"
#include "plugins/rabbitmq/source_settings.hpp"
#include "plugins/rabbitmq/stream_progress.hpp"

namespace connector_host_plugins::rabbitmq {

class ConsumerSession {
 public:
  // The queue's existence was checked over the connection. window: the maximum of unsettled
  // deliveries. queue_known: the queue was seen, now or before. stream: null for another queue.
  ConsumerSession(connector::Host host, const SourceSettings& settings,
                  const PropertyHeaders& property_headers, std::unique_ptr<Connection> connection,
                  Acknowledger& acknowledger, QueueCensus& census, DeliveryCounts& counts,
                  std::uint32_t window, bool queue_known, StreamProgress* stream);
  ~ConsumerSession();

  // Consumes from the next advance on.
  void start() { consumer_.want(true); }
  // Ends consuming; what arrived and was not handed out is returned. The connection and acks
  // continue. The broker may have sent a whole window by then: it waits while that arrives.
  void stop(Patience patience);
  void set_window(std::uint32_t deliveries) { consumer_.set_window(deliveries); }
  // Consumes, cancels and returns as the consumer's plan orders; after anything that was read,
  // settled or set. Does not wait. When returning() held before, an unfinished record of the batch
  // is void.
  void advance(const net::Deadline& deadline);
  // Appends what has arrived to the batch, up to the limits, or until the turn is over.
  void collect(connector::BatchBuilder& batch, std::uint32_t max_records, std::uint64_t max_bytes,
               ReadTurn& turn);
  // Services the connection and takes nothing.
  void keep_alive(ReadTurn& turn);
  // Asks for messages and consumers of the queue when that is due; the answer comes with the other
  // frames. Waits for nothing.
  void ask_for_census();
  // Messages that are ready in the queue and could come here. RETRIABLE when the answer does not
  // come in time; it harms nothing when it comes late.
  std::uint64_t count_ready(const net::Deadline& deadline);
  // Says goodbye to the broker; what is settled is acknowledged first.
  void end(const Patience& patience) noexcept;

  // Deliveries are to be returned by closing the channel, once what was handed out is settled;
  // until then nothing is collected.
  bool withholds() const { return acknowledger_->withholds(); }
  // The broker has cancelled the consumer, and advance will return what was not handed out.
  bool returning() const { return consumer_.returning(); }
  // How long until advance has something to do although no frame arrives.
  std::optional<std::chrono::milliseconds> due() const { return consumer_.due(); }
  // Records of the batch that are whole.
  std::size_t complete_in(const connector::BatchBuilder& batch) const {
    return batch.record_count() - assembler_.record_begun();
  }
  // keep_alive does not read at present: do not wait for the socket.
  bool reading_suspended() const { return frames_.full(); }
  // The connection has ended while reading was suspended.
  [[noreturn]] void lost() { connection_->fail("the connection is lost"); }
  bool queue_known() const { return queue_known_; }
  const Connection& connection() const { return *connection_; }

 private:
  // There are others, and nothing came to this consumer: a single active consumer, or one of a
  // higher priority, has the queue.
  bool stands_by() const {
    return consumers_ > 1 &&
           (acknowledger_->unsettled().newest() == 0 || consumer_.received_nothing());
  }
  // Acts on a frame that was just read; false when it is part of a delivery.
  bool handled(const amqp_frame_t& frame);
  void cancelled_by_broker(std::string_view tag);
  void return_rest(const net::Deadline& deadline);
  void withhold_rest(const net::Deadline& deadline);
  void return_by_channel(const net::Deadline& deadline);
  void ask_for_count(const net::Deadline& deadline);
  void counted(const amqp_queue_declare_ok_t& answer);
  [[noreturn]] void closed(const amqp_frame_t& frame);
  void blocked(bool is_blocked, std::string_view reason);
  void drain_until_cancelled(Patience& patience);
  // A broker numbers the deliveries of a channel without gaps, and the window relies on it.
  void received(std::uint64_t tag) {
    if (tag != acknowledger_->unsettled().newest() + 1)
      connection_->fail("delivery tags came out of order");
    acknowledger_->received();
  }
  // A header frame of a stream, as it comes in, and when its delivery is assembled.
  void received_from_stream(const amqp_frame_t& header);
  std::uint64_t offset_of(const amqp_frame_t& header);
  void begin_stream_record(const amqp_frame_t& header);
  void complete(connector_record& record);
  // Takes one frame of a delivery; false when the batch is to be handed out first.
  bool take(const amqp_frame_t& frame, connector::BatchBuilder& batch);

  connector::Host host_;
  const SourceSettings* settings_;
  std::unique_ptr<Connection> connection_;
  Acknowledger* acknowledger_;
  QueueCensus* census_;
  DeliveryCounts* counts_;
  StreamProgress* stream_;
  Consumer consumer_;
  FrameStream frames_;
  DeliveryAssembler assembler_;
  bool queue_known_, is_blocked_ = false;
  std::uint64_t ready_ = 0, consumers_ = 0;  // of the queue, as the broker last told
  int counts_awaited_ = 0;
  std::uint64_t stream_offset_ = 0;  // of the delivery that is assembled
};

}  // namespace connector_host_plugins::rabbitmq
