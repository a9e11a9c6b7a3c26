#include "plugins/rabbitmq/queue_declaration.hpp"

#include "plugins/rabbitmq/argument_table.hpp"

namespace connector_host_plugins::rabbitmq {

void expect_queue(Connection& connection, const SourceSettings& settings, bool known,
                  const net::Deadline& deadline) {
  amqp_queue_declare(connection.asking(deadline), Connection::channel, bytes_of(settings.queue), 1,
                     0, 0, 0, amqp_empty_table);
  connection.check_reply(connection.answer(), known ? Doing::declaring_known : Doing::declaring);
  connection.release_memory();
}

// RabbitMQ looks at the permission first and at the arguments then (rabbit_channel,
// rabbit_amqqueue; seen with 3.10 and queues of both types): a priority that is no number is
// refused with 403 or with 406, and no consumer comes into being.
void expect_readable(Connection& connection, const SourceSettings& settings,
                     const net::Deadline& deadline) {
  static const std::string priority = "x-priority", no_number = "none";
  ArgumentTable arguments;
  arguments.add(priority, no_number);
  amqp_basic_consume(connection.asking(deadline), Connection::channel, bytes_of(settings.queue),
                     amqp_empty_bytes, 0, 0, 0, arguments.table());
  const amqp_rpc_reply_t reply = connection.answer();
  if (!connection.channel_was_closed(reply, AMQP_PRECONDITION_FAILED))
    connection.check_reply(reply, Doing::consuming_known);
  connection.release_memory();
}

void declare_queue(Connection& connection, const SourceSettings& settings, bool known,
                   const net::Deadline& deadline) {
  static const std::string type_argument = "x-queue-type";
  ArgumentTable arguments;
  if (!settings.queue_type.empty()) arguments.add(type_argument, settings.queue_type);
  arguments.add(settings.arguments);
  const Doing doing = known ? Doing::declaring_known : Doing::declaring;
  amqp_queue_declare(connection.asking(deadline), Connection::channel, bytes_of(settings.queue), 0,
                     1, 0, 0, arguments.table());
  connection.check_reply(connection.answer(), doing);
  for (const SourceSettings::Binding& each : settings.bindings) {
    amqp_queue_bind(connection.asking(deadline), Connection::channel, bytes_of(settings.queue),
                    bytes_of(each.exchange), bytes_of(each.routing_key), amqp_empty_table);
    connection.check_reply(connection.answer(), doing);
  }
  connection.release_memory();
}

}  // namespace connector_host_plugins::rabbitmq
