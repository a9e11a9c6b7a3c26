#include "tests/integration/event_tool/amqp_channel.hpp"

#if __has_include(<rabbitmq-c/tcp_socket.h>)
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp_tcp_socket.h>
#endif
#include <sys/time.h>

#include <array>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace event_tool {
namespace {

constexpr int frame_max = 131072;
constexpr int heartbeat_seconds =
    0;  // a tool that is paced or waits for confirms must not be cut off

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  throw std::runtime_error("RabbitMQ: " + what + ": " + why);
}

std::string reason_of(const amqp_rpc_reply_t& reply) {
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION)
    return amqp_error_string2(reply.library_error);
  if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD)
    return text_of(static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_text);
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD)
    return text_of(static_cast<amqp_connection_close_t*>(reply.reply.decoded)->reply_text);
  return "an answer nobody asked for";
}

void check(int status, const char* what) {
  if (status != AMQP_STATUS_OK) refuse(what, amqp_error_string2(status));
}

amqp_table_entry_t entry(const char* name, std::string_view value) {
  amqp_table_entry_t result{};
  result.key = amqp_cstring_bytes(name);
  result.value.kind = AMQP_FIELD_KIND_UTF8;
  result.value.value.bytes = bytes_of(value);
  return result;
}

amqp_table_entry_t integer(const char* name, int value) {
  amqp_table_entry_t result{};
  result.key = amqp_cstring_bytes(name);
  result.value.kind = AMQP_FIELD_KIND_I32;
  result.value.value.i32 = value;
  return result;
}

amqp_table_entry_t flag(const char* name) {
  amqp_table_entry_t result{};
  result.key = amqp_cstring_bytes(name);
  result.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  result.value.value.boolean = 1;
  return result;
}

}  // namespace

amqp_bytes_t bytes_of(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}
std::string text_of(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

void AmqpChannel::Close::operator()(amqp_connection_state_t connection) const {
  amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
  amqp_destroy_connection(connection);
}

AmqpChannel::AmqpChannel(const std::string& url) : connection_(amqp_new_connection()) {
  std::vector<char> parsed(url.begin(),
                           url.end());  // the parser writes into its argument and points into it
  parsed.push_back('\0');
  amqp_connection_info info{};
  check(amqp_parse_url(parsed.data(), &info), "the URL");
  amqp_socket_t* socket = amqp_tcp_socket_new(connection_.get());
  timeval limit{10, 0};
  check(amqp_socket_open_noblock(socket, info.host, info.port, &limit), "connect");
  const char* vhost = *info.vhost == '\0' ? "/" : info.vhost;
  const auto login = amqp_login(connection_.get(), vhost, 0, frame_max, heartbeat_seconds,
                                AMQP_SASL_METHOD_PLAIN, info.user, info.password);
  if (login.reply_type != AMQP_RESPONSE_NORMAL) refuse("login", reason_of(login));
  amqp_channel_open(connection_.get(), number);
  expect("open a channel");
}

void AmqpChannel::expect(const char* what) const {
  const auto reply = amqp_get_rpc_reply(connection_.get());
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) refuse(what, reason_of(reply));
}

void AmqpChannel::declare_queue(const std::string& queue, QueueType type, int delivery_limit) {
  const char* const name = type == QueueType::classic  ? "classic"
                           : type == QueueType::stream ? "stream"
                                                       : "quorum";
  std::vector<amqp_table_entry_t> arguments{entry("x-queue-type", name)};
  if (type == QueueType::single_active) arguments.push_back(flag("x-single-active-consumer"));
  if (delivery_limit > 0) arguments.push_back(integer("x-delivery-limit", delivery_limit));
  amqp_queue_declare(connection_.get(), number, bytes_of(queue), 0, 1, 0, 0,
                     amqp_table_t{int(arguments.size()), arguments.data()});
  expect("declare the queue");
}

std::optional<QueueState> AmqpChannel::queue_state(const std::string& queue) {
  const auto* declared =
      amqp_queue_declare(connection_.get(), number, bytes_of(queue), 1, 1, 0, 0, amqp_empty_table);
  const auto reply = amqp_get_rpc_reply(connection_.get());
  if (reply.reply_type == AMQP_RESPONSE_NORMAL)
    return QueueState{declared->message_count, declared->consumer_count};
  const bool closed = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
                      reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
  if (closed &&
      static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_code == AMQP_NOT_FOUND)
    return std::nullopt;
  refuse("look at the queue", reason_of(reply));
}

void AmqpChannel::purge(const std::string& queue) {
  amqp_queue_purge(connection_.get(), number, bytes_of(queue));
  expect("purge the queue");
}

void AmqpChannel::remove(const std::string& queue) {
  amqp_queue_delete(connection_.get(), number, bytes_of(queue), 0, 0);
  expect("delete the queue");
}

void AmqpChannel::select_confirms() {
  amqp_confirm_select(connection_.get(), number);
  expect("turn publisher confirms on");
}

void AmqpChannel::publish(const std::string& queue, const Publication& message) {
  amqp_basic_properties_t properties{};
  properties._flags =
      AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG;
  properties.delivery_mode = message.persistent ? 2 : 1;
  properties.timestamp = std::uint64_t(std::time(nullptr));
  properties.content_type = amqp_cstring_bytes("application/json");
  if (!message.message_id.empty()) {
    properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.message_id = bytes_of(message.message_id);
  }
  if (!message.content_encoding.empty()) {
    properties._flags |= AMQP_BASIC_CONTENT_ENCODING_FLAG;
    properties.content_encoding = bytes_of(message.content_encoding);
  }
  std::array<amqp_table_entry_t, 8> headers{};
  if (message.header_count > static_cast<int>(headers.size()))
    refuse("publish", "more than 8 headers");
  for (int i = 0; i < message.header_count; ++i) {
    headers[i] = entry("", message.headers[i].value);
    headers[i].key = bytes_of(message.headers[i].name);
  }
  if (message.header_count > 0) {
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {message.header_count, headers.data()};
  }
  check(amqp_basic_publish(connection_.get(), number, amqp_empty_bytes, bytes_of(queue), 1, 0,
                           &properties, bytes_of(message.body)),
        "publish");
}

std::optional<amqp_frame_t> AmqpChannel::read_frame(std::chrono::milliseconds within) {
  amqp_maybe_release_buffers(connection_.get());
  timeval limit{within.count() / 1000, (within.count() % 1000) * 1000};
  amqp_frame_t frame{};
  const int status = amqp_simple_wait_frame_noblock(connection_.get(), &frame, &limit);
  if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
  check(status, "read");
  if (frame.frame_type == AMQP_FRAME_METHOD) {
    const auto& method = frame.payload.method;
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD)
      refuse("the channel was closed",
             text_of(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text));
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD)
      refuse("the connection was closed",
             text_of(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text));
  }
  return frame;
}

}  // namespace event_tool
