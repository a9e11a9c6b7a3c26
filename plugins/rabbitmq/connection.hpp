#pragma once
// Connection: one logged-in connection to the broker with its one channel; moves frames and says
// when it is broken.
//
// It knows nothing of queues and deliveries. After it has thrown once it is broken and only good
// for being destroyed: librabbitmq must not be touched again after most of its errors, and after a
// send that stopped half way. One thread at a time (the library shares nothing between threads). It
// owns the library's state and the socket.
#include <poll.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/broker_address.hpp"
#include "plugins/rabbitmq/broker_refusal.hpp"
#include "plugins/rabbitmq/interruption.hpp"
#include "plugins/rabbitmq/patience.hpp"
#include "plugins/rabbitmq/read_watch.hpp"
#include "plugins/rabbitmq/tls_socket.hpp"

namespace connector_host_plugins::rabbitmq {

struct ConnectionSettings {
  std::chrono::seconds heartbeat{10};
  std::string name;
  TlsSettings tls;
  std::optional<net::TlsCredentials>
      credentials;  // to be there for a broker with TLS, read for this connection
};

class Connection {
 public:
  static constexpr amqp_channel_t channel = 1;
  // Bytes of the largest frame that is accepted once accept_large_frames was called.
  static constexpr int largest_frame = 16 * 1024 * 1024;

  // Connects, logs in and opens the channel; then the interruption watches the socket. Throws
  // BAD_CONFIG or NOT_CONNECTED.
  Connection(const BrokerAddress& address, const ConnectionSettings& settings,
             const net::Deadline& deadline, Interruption& interruption);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Accepts frames beyond the negotiated size from here on: RabbitMQ limits what publishers send to
  // it, but not the header of a delivery, which grows by x-death with each dead-lettering and by
  // x-delivery-count with each redelivery. Frames that are sent later are not checked against the
  // negotiated size, and have to be small. Costs address space, and no memory until such a frame
  // arrives.
  void accept_large_frames();
  // The next frame if one is there; also sends and checks heartbeats. Views in the frame hold until
  // release_memory.
  bool read(amqp_frame_t& frame);
  // Waits for room in the socket until the deadline, then sends. The library's own sends have no
  // deadline.
  void send(amqp_channel_t to, amqp_method_number_t id, void* method,
            const net::Deadline& deadline);
  // Tells the broker that we live, without reading. Does nothing when it knows, and waits for
  // nothing.
  void keep_alive();
  // Gives the memory of frames back; views into them end. False when the library keeps it: it does
  // in the middle of a frame.
  bool release_memory();
  // A method frame may be sent without waiting.
  bool writable() const { return wait(POLLOUT, net::Deadline(std::chrono::milliseconds(0))); }
  // False when the deadline came first.
  bool wait_readable(const net::Deadline& deadline) const;

  // The broker closed the channel or the connection: answers, and throws what it means.
  [[noreturn]] void closed_by_broker(const amqp_frame_t& frame, Doing doing);
  // The broker closed the channel with this code, which was expected: it is answered, and nothing
  // but restart_channel and shut is of use now.
  bool channel_was_closed(const amqp_rpc_reply_t& reply, std::uint16_t code);
  // The broker's channel.close in an answer; null: there is none.
  static const amqp_channel_close_t* channel_close_in(const amqp_rpc_reply_t& reply);
  // Closes the channel where it is open, and opens a new one. Frames of the old one are dropped.
  void restart_channel(const net::Deadline& deadline);
  // Throws NOT_CONNECTED with the place.
  [[noreturn]] void fail(const std::string& what);
  // channel.close, as a barrier (frames of a channel are handled in order, so its answer says that
  // the acks were seen), then connection.close. Ends with the patience. Never throws.
  void shut(Patience patience) noexcept;
  void shut(const net::Deadline& deadline) noexcept { shut(Patience(deadline, deadline.left())); }

  const std::string& where() const { return where_; }
  // What the broker has said of itself in connection.start, as text; empty: nothing.
  std::string server_property(std::string_view name) const;
  std::string cluster_name() const { return server_property("cluster_name"); }
  int socket() const { return amqp_get_sockfd(state_); }
  std::chrono::seconds heartbeat() const { return heartbeat_; }
  // For a call of the library that waits for an answer, which waits until the deadline; only before
  // the first delivery, because such calls set frames aside.
  amqp_connection_state_t asking(const net::Deadline& deadline);
  amqp_rpc_reply_t answer() { return amqp_get_rpc_reply(state_); }
  void check_reply(const amqp_rpc_reply_t& reply, Doing doing);

 private:
  void open(const BrokerAddress& address, const ConnectionSettings& settings,
            const net::Deadline& deadline, Interruption& interruption);
  void connect(const BrokerAddress& address, const ConnectionSettings& settings,
               const net::Deadline& deadline, Interruption& interruption);
  bool wait(short events, const net::Deadline& deadline) const;
  void answer_close(const amqp_method_t& close);
  void close_with(amqp_channel_t which, amqp_method_number_t id, amqp_method_number_t answer_id,
                  Patience& patience);

  amqp_connection_state_t state_;
  std::string where_;
  std::chrono::seconds heartbeat_{0};
  net::Deadline::Clock::time_point last_heartbeat_{};
  bool broken_ = false, channel_open_ = true;
  std::optional<ReadWatch> read_watch_;  // from the login on
};

}  // namespace connector_host_plugins::rabbitmq
