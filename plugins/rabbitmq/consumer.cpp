#include "plugins/rabbitmq/consumer.hpp"

#include <algorithm>

#include "plugins/rabbitmq/argument_table.hpp"

namespace connector_host_plugins::rabbitmq {

using Clock = std::chrono::steady_clock;

void Consumer::advance(const net::Deadline& deadline) {
  ConsumerPlan::Step next = plan_.step(acknowledger_->unsettled(), Clock::now());
  if (next.order.action != ConsumerPlan::Action::nothing) {
    acknowledger_->finish(deadline);
    next = plan_.step(acknowledger_->unsettled(), Clock::now());
  }
  // A quorum queue's deliveries may arrive before basic.consume-ok. RabbitMQ 3.10 ends the
  // connection with INTERNAL_ERROR when a consumer is cancelled before it has sent that
  // (rabbit_channel:consumer_monitor finds no such consumer), so a cancel waits for it.
  if (next.order.action == ConsumerPlan::Action::cancel && begins()) return;
  plan_ = next.plan;
  if (next.order.action == ConsumerPlan::Action::consume) consume(next.order.prefetch, deadline);
  if (next.order.action == ConsumerPlan::Action::cancel) cancel(deadline);
}

// The broker handles the frames of a channel in order: the prefetch holds for the consumer behind
// it.
void Consumer::consume(std::uint32_t prefetch, const net::Deadline& deadline) {
  constexpr std::size_t short_string_limit = 255;  // AMQP 0-9-1, shortstr
  const std::string number = '#' + std::to_string(++generation_);
  tag_ = settings_->consumer_tag.substr(0, short_string_limit - number.size()) + number;
  amqp_basic_qos_t qos{0, std::uint16_t(prefetch), 0};
  connection_->send(Connection::channel, AMQP_BASIC_QOS_METHOD, &qos, deadline);
  amqp_basic_consume_t consume{};
  consume.queue = bytes_of(settings_->queue);
  consume.consumer_tag = bytes_of(tag_);
  ArgumentTable arguments;
  arguments.add(settings_->consume_arguments);
  if (stream_) stream_->begin_consumer(arguments);
  consume.arguments = arguments.table();
  connection_->send(Connection::channel, AMQP_BASIC_CONSUME_METHOD, &consume, deadline);
  acknowledger_->begin_consumer(prefetch);
  confirmed_ = false;
}

void Consumer::cancel(const net::Deadline& deadline) {
  amqp_basic_cancel_t cancel{bytes_of(tag_), 0};
  connection_->send(Connection::channel, AMQP_BASIC_CANCEL_METHOD, &cancel, deadline);
}

void Consumer::cancel_confirmed(std::string_view tag) {
  if (tag == tag_) plan_.cancel_confirmed(Clock::now());
}

bool Consumer::cancelled_by_broker(std::string_view tag) {
  if (tag != tag_) return false;
  plan_.cancelled_by_broker();
  return true;
}

bool Consumer::received_nothing() const {
  return plan_.consuming() && acknowledger_->unsettled().received() == 0;
}

std::optional<std::chrono::milliseconds> Consumer::due() const {
  const auto at = plan_.wakes_at();
  if (!at) return {};
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(*at - Clock::now()),
                  std::chrono::milliseconds(0));
}

}  // namespace connector_host_plugins::rabbitmq
