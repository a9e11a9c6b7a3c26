#include "plugins/rabbitmq/queue_declaration.hpp"

#include <charconv>
#include <vector>

namespace connector_host_plugins::rabbitmq {

amqp_table_entry_t argument_entry(const std::string& name, const std::string& value) {
  amqp_table_entry_t out{bytes_of(name), {}};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size()) {
    out.value.kind = AMQP_FIELD_KIND_I64;
    out.value.value.i64 = number;
  } else if (value == "true" || value == "false") {
    out.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    out.value.value.boolean = value == "true";
  } else {
    out.value.kind = AMQP_FIELD_KIND_UTF8;
    out.value.value.bytes = bytes_of(value);
  }
  return out;
}

void expect_queue(Connection& connection, const SourceSettings& settings, bool known, const net::Deadline& deadline) {
  amqp_queue_declare(connection.asking(deadline), Connection::channel, bytes_of(settings.queue), 1, 0, 0, 0, amqp_empty_table);
  connection.check_reply(connection.answer(), known ? Doing::declaring_known : Doing::declaring);
  connection.release_memory();
}

// RabbitMQ looks at the permission first and at the arguments then (rabbit_channel, rabbit_amqqueue; seen with 3.10 and queues of
// both types): a priority that is no number is refused with 403 or with 406, and no consumer comes into being.
void expect_readable(Connection& connection, const SourceSettings& settings, const net::Deadline& deadline) {
  static const std::string priority = "x-priority", no_number = "none";
  amqp_table_entry_t argument = argument_entry(priority, no_number);
  amqp_basic_consume(connection.asking(deadline), Connection::channel, bytes_of(settings.queue), amqp_empty_bytes, 0, 0, 0, amqp_table_t{1, &argument});
  const amqp_rpc_reply_t reply = connection.answer();
  if (!connection.channel_was_closed(reply, AMQP_PRECONDITION_FAILED)) connection.check_reply(reply, Doing::consuming_known);
  connection.release_memory();
}

void declare_queue(Connection& connection, const SourceSettings& settings, bool known, const net::Deadline& deadline) {
  static const std::string type_argument = "x-queue-type";
  std::vector<amqp_table_entry_t> arguments;
  if (!settings.queue_type.empty()) arguments.push_back(argument_entry(type_argument, settings.queue_type));
  for (const auto& [name, value] : settings.arguments) arguments.push_back(argument_entry(name, value));
  const Doing doing = known ? Doing::declaring_known : Doing::declaring;
  const amqp_table_t table{int(arguments.size()), arguments.data()};
  amqp_queue_declare(connection.asking(deadline), Connection::channel, bytes_of(settings.queue), 0, 1, 0, 0, table);
  connection.check_reply(connection.answer(), doing);
  for (const SourceSettings::Binding& each : settings.bindings) {
    amqp_queue_bind(connection.asking(deadline), Connection::channel, bytes_of(settings.queue), bytes_of(each.exchange), bytes_of(each.routing_key),
                    amqp_empty_table);
    connection.check_reply(connection.answer(), doing);
  }
  connection.release_memory();
}

}  // namespace connector_host_plugins::rabbitmq
