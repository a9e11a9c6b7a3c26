#pragma once
// QueueCensus: when to ask the broker how many messages and consumers the queue has, and what its
// answers mean.
//
// It sends nothing: a ConsumerSession asks with a passive queue.declare on its own channel, and
// goes on without waiting for the answer. A refusal of that closes the channel, and deliveries come
// again; so what has refused once is not asked again. A queue that is missing may be declared
// again: it is asked about again when it was seen. The intake thread's alone. It lives as long as
// the source, over all its sessions.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "connector/host.hpp"
#include "plugins/rabbitmq/amqp.hpp"

namespace connector_host_plugins::rabbitmq {

class QueueCensus {
 public:
  using Clock = std::chrono::steady_clock;

  // every: 0 means never.
  QueueCensus(connector::Host host, std::chrono::milliseconds every) : host_(host), every_(every) {}

  // The question costs nothing: the broker has not refused it, and the queue is there as far as we
  // know.
  bool is_harmless() const { return !refused_ && !missing_; }
  bool due(Clock::time_point now) const {
    return every_.count() > 0 && is_harmless() && now >= next_;
  }
  void asked(Clock::time_point now) { next_ = now + every_; }
  // A new connection: an answer that was awaited will not come.
  void connected() { next_ = {}; }
  // The queue is there.
  void seen() { missing_ = false; }

  void told(std::uint32_t messages, std::uint32_t consumers);
  // The broker closed the channel for the question. The session is over.
  void refused(std::uint16_t code, std::string_view text);

 private:
  const connector::Host host_;
  const std::chrono::milliseconds every_;
  Clock::time_point next_{};
  bool refused_ = false, missing_ = false;
};

// A channel.close that answers a queue.declare.
bool answers_declare(const amqp_channel_close_t& close);

}  // namespace connector_host_plugins::rabbitmq
