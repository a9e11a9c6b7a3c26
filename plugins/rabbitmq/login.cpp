#include "plugins/rabbitmq/login.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

constexpr int frame_max = 131072;  // RabbitMQ's own default
constexpr int channel_max =
    1;  // the source uses one; the library mixes up queued frames of several

amqp_table_entry_t text_entry(const char* name, std::string_view value) {
  amqp_table_entry_t out{bytes_of(name), {}};
  out.value.kind = AMQP_FIELD_KIND_UTF8;
  out.value.value.bytes = bytes_of(value);
  return out;
}

amqp_table_entry_t capability(const char* name) {
  amqp_table_entry_t out{bytes_of(name), {}};
  out.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  out.value.value.boolean = 1;
  return out;
}

}  // namespace

amqp_rpc_reply_t log_in(amqp_connection_state_t state, const BrokerAddress& address,
                        std::chrono::seconds heartbeat, std::string_view name,
                        const net::Deadline& deadline) {
  amqp_table_entry_t capabilities[] = {capability("consumer_cancel_notify"),
                                       capability("connection.blocked")};
  amqp_table_entry_t properties[] = {
      text_entry("product", "connector-host"), text_entry("version", CONNECTOR_HOST_VERSION),
      text_entry("information", "RabbitMQ source"), text_entry("connection_name", name),
      amqp_table_entry_t{bytes_of("capabilities"), {}}};
  properties[4].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[4].value.value.table = {2, capabilities};
  const amqp_table_t table{5, properties};
  const timeval limit = deadline.as_timeval();
  amqp_set_handshake_timeout(state, &limit);
  const amqp_rpc_reply_t reply = amqp_login_with_properties(
      state, address.virtual_host.c_str(), channel_max, frame_max, int(heartbeat.count()), &table,
      AMQP_SASL_METHOD_PLAIN, address.user.c_str(), address.password.c_str());
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
    amqp_connection_close_ok_t answer{};
    amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD,
                     &answer);  // the library leaves this to its user
  }
  return reply;
}

}  // namespace connector_host_plugins::rabbitmq
