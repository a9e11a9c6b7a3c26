#include "plugins/rabbitmq/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

#include "plugins/net/connect_failure.hpp"
#include "plugins/net/dialer.hpp"
#include "plugins/rabbitmq/login.hpp"

namespace connector_host_plugins::rabbitmq {

Connection::Connection(const BrokerAddress& address, const ConnectionSettings& settings,
                       const net::Deadline& deadline, Interruption& interruption)
    : state_(amqp_new_connection()), where_(address.describe()) {
  if (!state_) throw std::bad_alloc();
  try {
    open(address, settings, deadline, interruption);
  } catch (...) {
    interruption.unwatch();
    amqp_destroy_connection(state_);
    throw;
  }
}

Connection::~Connection() {
  amqp_destroy_connection(state_);
}

void Connection::open(const BrokerAddress& address, const ConnectionSettings& settings,
                      const net::Deadline& deadline, Interruption& interruption) {
  connect(address, settings, deadline, interruption);
  interruption.watch(socket());
  // Bounds what the library waits for without a deadline (its heartbeats are sent so) when the peer
  // takes nothing more.
  const auto patience = unsigned(std::chrono::milliseconds(2 * settings.heartbeat).count());
  ::setsockopt(socket(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  check_reply(log_in(state_, address, settings.heartbeat, settings.name, deadline), Doing::login);
  heartbeat_ = std::chrono::seconds(
      amqp_get_heartbeat(state_));  // the broker may have asked for a shorter one
  amqp_channel_open(asking(deadline), channel);
  check_reply(answer(), Doing::login);
  read_watch_.emplace(socket());
}

void Connection::connect(const BrokerAddress& address, const ConnectionSettings& settings,
                         const net::Deadline& deadline, Interruption& interruption) {
  if (address.tls)
    return open_tls_socket(state_, address.host, address.port, settings.tls.verify,
                           settings.credentials.value(), deadline, interruption);
  amqp_socket_t* tcp = amqp_tcp_socket_new(state_);
  if (!tcp) throw std::bad_alloc();
  try {
    amqp_tcp_socket_set_sockfd(
        tcp, net::dial(address.host, std::to_string(address.port), interruption.limit(deadline)));
  } catch (const net::ConnectFailure& failure) {
    throw connector::not_connected("RabbitMQ at " + where_ + ": " + failure.what());
  }
}

void Connection::accept_large_frames() {
  if (!amqp_release_buffers_ok(state_))
    fail("a frame arrived in part while the connection was opened");  // the library would abort
  const int heartbeat = amqp_get_heartbeat(state_), channels = amqp_get_channel_max(state_);
  if (const int status = amqp_tune_connection(state_, channels, largest_frame, heartbeat);
      status != AMQP_STATUS_OK)
    fail(amqp_error_string2(status));
}

std::string Connection::server_property(std::string_view name) const {
  const amqp_table_t& properties = *amqp_get_server_properties(state_);
  for (int i = 0; i < properties.num_entries; ++i) {
    const amqp_table_entry_t& each = properties.entries[i];
    if (text_of(each.key) == name && each.value.kind == AMQP_FIELD_KIND_UTF8)
      return std::string(text_of(each.value.value.bytes));
  }
  return {};
}

bool Connection::read(amqp_frame_t& frame) {
  if (broken_) fail("the connection is lost");
  const timeval at_once{0, 0};
  if (read_watch_) read_watch_->begin();
  const int status = amqp_simple_wait_frame_noblock(state_, &frame, &at_once);
  if (read_watch_) read_watch_->end();
  if (status == AMQP_STATUS_OK) return true;
  if (status == AMQP_STATUS_TIMEOUT) return false;
  if (read_watch_ && read_watch_->has_cut())
    fail("it sends heartbeats without end, and the connection was cut");
  if (status == AMQP_STATUS_HEARTBEAT_TIMEOUT)
    fail("no sign of life for " + std::to_string(2 * heartbeat_.count()) + " s");
  if (status == AMQP_STATUS_BAD_AMQP_DATA)
    fail(
        "a frame of more than 16 MiB arrived, or bytes that are not AMQP 0-9-1; remove the message "
        "at the head of the queue");
  fail(amqp_error_string2(status));
}

void Connection::send(amqp_channel_t to, amqp_method_number_t id, void* method,
                      const net::Deadline& deadline) {
  if (broken_) fail("the connection is lost");
  // SO_SNDTIMEO would do nothing: the socket is non-blocking and the library waits in its own
  // poll(2). Writable means room for more than a method frame of ours needs, so the send behind
  // this does not wait.
  if (!wait(POLLOUT, deadline)) fail("the broker has taken nothing for the time limit of the call");
  if (const int status = amqp_send_method(state_, to, id, method); status != AMQP_STATUS_OK)
    fail(amqp_error_string2(status));
}

void Connection::keep_alive() {
  const auto now = net::Deadline::Clock::now();
  if (broken_) fail("the connection is lost");
  if (now - last_heartbeat_ < std::chrono::milliseconds(heartbeat_) / 2 || !writable()) return;
  last_heartbeat_ = now;
  amqp_frame_t beat{};
  beat.frame_type = AMQP_FRAME_HEARTBEAT;
  if (const int status = amqp_send_frame(state_, &beat); status != AMQP_STATUS_OK)
    fail(amqp_error_string2(status));
}

bool Connection::release_memory() {
  const bool can = amqp_release_buffers_ok(state_) && !amqp_frames_enqueued(state_);
  if (can) amqp_maybe_release_buffers(state_);
  return can;
}

bool Connection::wait_readable(const net::Deadline& deadline) const {
  return wait(POLLIN, deadline);
}

bool Connection::wait(short events, const net::Deadline& deadline) const {
  pollfd waiting{socket(), events, 0};
  int ready = 0;
  do ready = ::poll(&waiting, 1, deadline.poll_timeout());
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

void Connection::closed_by_broker(const amqp_frame_t& frame, Doing doing) {
  const connector::Error error = refusal(frame.payload.method, where_, doing);
  answer_close(frame.payload.method);
  broken_ = true;
  throw error;
}

void Connection::answer_close(const amqp_method_t& close) {
  const bool whole = close.id == AMQP_CONNECTION_CLOSE_METHOD;
  amqp_connection_close_ok_t answer{};  // both answers are without members
  if (!wait(POLLOUT, net::Deadline(std::chrono::milliseconds(100)))) return;
  amqp_send_method(state_, whole ? 0 : channel,
                   whole ? AMQP_CONNECTION_CLOSE_OK_METHOD : AMQP_CHANNEL_CLOSE_OK_METHOD, &answer);
}

bool Connection::channel_was_closed(const amqp_rpc_reply_t& reply, std::uint16_t code) {
  const amqp_channel_close_t* const close = channel_close_in(reply);
  if (!close || close->reply_code != code) return false;
  answer_close(reply.reply);
  channel_open_ = false;
  return true;
}

const amqp_channel_close_t* Connection::channel_close_in(const amqp_rpc_reply_t& reply) {
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION ||
      reply.reply.id != AMQP_CHANNEL_CLOSE_METHOD)
    return nullptr;
  return static_cast<const amqp_channel_close_t*>(reply.reply.decoded);
}

void Connection::restart_channel(const net::Deadline& deadline) {
  if (channel_open_) {
    Patience patience(deadline, deadline.left());
    close_with(channel, AMQP_CHANNEL_CLOSE_METHOD, AMQP_CHANNEL_CLOSE_OK_METHOD, patience);
  }
  release_memory();
  amqp_channel_open(asking(deadline), channel);
  check_reply(answer(), Doing::login);
  channel_open_ = true;
}

void Connection::fail(const std::string& what) {
  broken_ = true;
  throw connector::not_connected("RabbitMQ at " + where_ + ": " + what);
}

amqp_connection_state_t Connection::asking(const net::Deadline& deadline) {
  const timeval limit = deadline.as_timeval();
  amqp_set_rpc_timeout(state_, &limit);
  return state_;
}

void Connection::check_reply(const amqp_rpc_reply_t& reply, Doing doing) {
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
  broken_ = true;
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && doing != Doing::login) {
    amqp_frame_t frame{};
    frame.payload.method = reply.reply;
    closed_by_broker(frame, doing);
  }
  throw refusal(reply, where_, doing);
}

void Connection::shut(Patience patience) noexcept {
  try {
    if (!broken_ && channel_open_)
      close_with(channel, AMQP_CHANNEL_CLOSE_METHOD, AMQP_CHANNEL_CLOSE_OK_METHOD, patience);
    if (!broken_)
      close_with(0, AMQP_CONNECTION_CLOSE_METHOD, AMQP_CONNECTION_CLOSE_OK_METHOD, patience);
  } catch (const std::exception&) {  // the socket is dropped then; what the broker has not seen
                                     // is redelivered
  }
  broken_ = true;
}

void Connection::close_with(amqp_channel_t which, amqp_method_number_t id,
                            amqp_method_number_t answer_id, Patience& patience) {
  amqp_channel_close_t close{AMQP_REPLY_SUCCESS, bytes_of("closed by the connector"), 0,
                             0};  // connection.close has the same members
  patience.heard();
  send(which, id, &close, patience.limit());
  for (;;) {
    amqp_frame_t frame;
    release_memory();
    if (!read(frame)) {
      if (!wait(POLLIN, patience.limit())) fail("no answer to a close");
      patience.heard();
      continue;
    }
    if (patience.over()) fail("no answer to a close");
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    const amqp_method_number_t got = frame.payload.method.id;
    if (got == answer_id) return;
    if (got == AMQP_CHANNEL_CLOSE_METHOD || got == AMQP_CONNECTION_CLOSE_METHOD)
      closed_by_broker(frame, Doing::consuming_known);
  }
}

}  // namespace connector_host_plugins::rabbitmq
