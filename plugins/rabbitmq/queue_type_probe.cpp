#include "plugins/rabbitmq/queue_type_probe.hpp"

#include <charconv>
#include <string_view>

#include "plugins/rabbitmq/argument_table.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

// Older brokers ignore the argument, and others may answer as they like: there a consumer could
// start.
bool names_types(const Connection& connection) {
  const std::string version = connection.server_property("version");
  const char* const end = version.data() + version.size();
  unsigned major = 0, minor = 0;
  const auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc() || dot == end || std::from_chars(dot + 1, end, minor).ec != std::errc())
    return false;
  return connection.server_property("product") == "RabbitMQ" &&
         (major > 3 || (major == 3 && minor >= 10));
}

// The name of the queue stands between the two places, so neither is looked for elsewhere.
QueueType type_in(std::string_view refusal) {
  if (refusal.starts_with("PRECONDITION_FAILED - consumer prefetch count is not set for "))
    return QueueType::stream;
  if (!refusal.starts_with("PRECONDITION_FAILED - invalid arg 'x-stream-offset' for "))
    return QueueType::unknown;
  for (const std::string_view name : {"classic", "quorum"}) {
    if (refusal.ends_with(" of queue type rabbit_" + std::string(name) + "_queue"))
      return type_named(name);
  }
  return QueueType::unknown;
}

}  // namespace

QueueType ask_queue_type(Connection& connection, const SourceSettings& settings,
                         const net::Deadline& deadline) {
  static const std::string name = "x-stream-offset", value = "first";
  if (!names_types(connection)) return QueueType::unknown;
  ArgumentTable arguments;
  arguments.add(name, value);
  amqp_basic_consume(connection.asking(deadline), Connection::channel, bytes_of(settings.queue),
                     amqp_empty_bytes, 0, 0, 0, arguments.table());
  const amqp_rpc_reply_t reply = connection.answer();
  const amqp_channel_close_t* const close = Connection::channel_close_in(reply);
  const QueueType type = close ? type_in(text_of(close->reply_text)) : QueueType::unknown;
  if (!close) connection.check_reply(reply, Doing::consuming_known);
  if (close) connection.channel_was_closed(reply, close->reply_code);
  connection.restart_channel(deadline);
  return type;
}

}  // namespace connector_host_plugins::rabbitmq
