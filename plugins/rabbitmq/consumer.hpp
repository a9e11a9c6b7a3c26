#pragma once
// Consumer: the basic.consume of one channel, renewed with another prefetch as its plan orders.
//
// Every one of them has the arguments of the option consume_arguments.
// Sends basic.qos, basic.consume and basic.cancel, and waits for no answer: the session reads them
// among the other frames and passes them on. Each consumer has a tag of its own, so that a late
// frame of an earlier one is recognised. What the host has settled is acknowledged before each of
// these frames. The intake thread's alone; owned by the session.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/acknowledger.hpp"
#include "plugins/rabbitmq/connection.hpp"
#include "plugins/rabbitmq/consumer_plan.hpp"
#include "plugins/rabbitmq/source_settings.hpp"
#include "plugins/rabbitmq/stream_progress.hpp"

namespace connector_host_plugins::rabbitmq {

class Consumer {
 public:
  // window: the maximum of unsettled deliveries. stream: null for another queue.
  Consumer(Connection& connection, Acknowledger& acknowledger, const SourceSettings& settings,
           std::uint32_t window, StreamProgress* stream)
      : connection_(&connection),
        acknowledger_(&acknowledger),
        settings_(&settings),
        stream_(stream),
        plan_(window) {}

  void want(bool deliveries) { plan_.want(deliveries); }
  void set_window(std::uint32_t deliveries) { plan_.set_window(deliveries); }
  // Sends what is due; returns at once when nothing is.
  void advance(const net::Deadline& deadline);
  // basic.consume-ok.
  void confirmed(std::string_view tag) { confirmed_ = confirmed_ || tag == tag_; }
  // basic.cancel-ok.
  void cancel_confirmed(std::string_view tag);
  // basic.cancel of the broker. False when it is that of an earlier consumer.
  bool cancelled_by_broker(std::string_view tag);
  // Replaces the consumer after a pause, as if the broker had cancelled it; a later one reads a
  // stream from where it has to.
  void replace() { plan_.cancelled_by_broker(); }
  // What was not handed out has been returned.
  void returned() { plan_.returned(); }
  void channel_reopened() { plan_.channel_reopened(std::chrono::steady_clock::now()); }

  // The broker has not said yet that it has begun.
  bool begins() const { return plan_.consuming() && !confirmed_; }
  bool exists() const { return plan_.has_consumer(); }
  bool awaits_confirmation() const { return plan_.awaits_confirmation(); }
  bool returning() const { return plan_.returning(); }
  // It consumes, and the broker has sent nothing for this consumer yet.
  bool received_nothing() const;
  // How long until advance has something to do although no frame arrives.
  std::optional<std::chrono::milliseconds> due() const;

 private:
  void consume(std::uint32_t prefetch, const net::Deadline& deadline);
  void cancel(const net::Deadline& deadline);

  Connection* connection_;
  Acknowledger* acknowledger_;
  const SourceSettings* settings_;
  StreamProgress* stream_;
  ConsumerPlan plan_;
  std::string tag_;
  std::uint64_t generation_ = 0;
  bool confirmed_ = false;  // the broker has said that the present one has begun
};

}  // namespace connector_host_plugins::rabbitmq
