#include <optional>
#include <stdexcept>

#include "tests/bench/bare_clients.hpp"
#include "tests/integration/event_tool/amqp_channel.hpp"

namespace bench {
namespace {

using event_tool::AmqpChannel;

void check(amqp_connection_state_t connection, const char* what) {
  if (amqp_get_rpc_reply(connection).reply_type != AMQP_RESPONSE_NORMAL)
    throw std::runtime_error(std::string("RabbitMQ did not accept: ") + what);
}

std::uint64_t next_tag(amqp_connection_state_t connection) {
  amqp_envelope_t envelope{};
  timeval limit{60, 0};
  amqp_maybe_release_buffers(connection);
  const auto reply = amqp_consume_message(connection, &envelope, &limit, 0);
  if (reply.reply_type != AMQP_RESPONSE_NORMAL)
    throw std::runtime_error("RabbitMQ: no message within 60 s; is the queue filled?");
  amqp_destroy_envelope(&envelope);
  return envelope.delivery_tag;
}

}  // namespace

Measured consume(const ConsumerSettings& settings) {
  AmqpChannel channel(settings.url);
  amqp_connection_state_t connection = channel.handle();
  amqp_basic_qos(connection, AmqpChannel::number, 0, settings.prefetch, 0);
  check(connection, "the prefetch");
  amqp_basic_consume(connection, AmqpChannel::number, event_tool::bytes_of(settings.queue),
                     amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
  check(connection, "the consumer");
  std::optional<Stopwatch> watch;
  for (std::uint64_t taken = 1; taken <= settings.count; ++taken) {
    const std::uint64_t tag = next_tag(connection);
    if (!watch) watch.emplace();
    if (taken % settings.ack_every != 0 && taken != settings.count) continue;
    if (amqp_basic_ack(connection, AmqpChannel::number, tag, 1) != AMQP_STATUS_OK)
      throw std::runtime_error("RabbitMQ: the acknowledgement could not be sent");
  }
  return measured(settings.count, *watch);
}

}  // namespace bench
