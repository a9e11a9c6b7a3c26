// AmqpChannel: one RabbitMQ connection with one channel, as a test needs it. It does not reconnect
// and does not retry: anything unexpected throws std::runtime_error with the server's own words.
// Threads: one. Owner: the command that opened it.
#pragma once

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#else
#include <amqp.h>
#endif

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace event_tool {

// single_active: a quorum queue that gives everything to one consumer.
enum class QueueType { classic, quorum, single_active, stream };

struct QueueState {
  std::uint32_t ready = 0;
  std::uint32_t consumers = 0;
};

struct Header {
  std::string_view name;
  std::string_view value;
};

struct Publication {
  std::string_view body;
  std::string_view message_id;  // empty: none
  const Header* headers = nullptr;
  int header_count = 0;
  bool persistent = true;
  std::string_view content_encoding = {};  // empty: none
};

class AmqpChannel {
 public:
  // url: amqp://user:password@host:port or with a vhost behind; a bare "/" is the vhost "/".
  explicit AmqpChannel(const std::string& url);

  // delivery_limit: of a quorum queue; 0: its broker's own.
  void declare_queue(const std::string& queue, QueueType type, int delivery_limit = 0);
  std::optional<QueueState> queue_state(
      const std::string& queue);  // nothing: no such queue (the channel is closed then)
  void purge(const std::string& queue);
  void remove(const std::string& queue);

  void select_confirms();
  void publish(const std::string& queue, const Publication& message);
  // The next frame of the channel, or nothing when none comes in time. Methods that end the channel
  // throw.
  std::optional<amqp_frame_t> read_frame(std::chrono::milliseconds within);

  amqp_connection_state_t handle() const { return connection_.get(); }
  static constexpr amqp_channel_t number = 1;

 private:
  struct Close {
    void operator()(amqp_connection_state_t connection) const;
  };
  void expect(const char* what) const;

  std::unique_ptr<amqp_connection_state_t_, Close> connection_;
};

amqp_bytes_t bytes_of(std::string_view text);
std::string text_of(amqp_bytes_t bytes);

}  // namespace event_tool
