#pragma once
// DeliveryLimit: decides how often the queue redelivers a message before it discards it, as far as that is known.
//
// The first of these that holds: the option delivery_limit; x-delivery-limit in the option arguments; what the management
// API says; 20, the default of RabbitMQ 4, once a redelivered message has carried x-delivery-count; not known.
// The intake thread's alone; owned by the source.
#include <cstdint>
#include <memory>
#include <optional>

#include "connector/host.hpp"
#include "plugins/rabbitmq/limit_reader.hpp"
#include "plugins/rabbitmq/source_settings.hpp"

namespace connector_host_plugins::rabbitmq {

class DeliveryLimit {
 public:
  DeliveryLimit(connector::Host host, const SourceSettings& settings);

  // Reads from the management API, where that decides, until stop.
  void start();
  void stop();
  // A redelivered message has carried x-delivery-count.
  void counts() { counts_ = true; }
  // 0: the queue discards nothing, or not known.
  std::uint32_t value() const;

 private:
  static constexpr std::uint32_t usual = 20;

  const std::optional<std::uint32_t> configured_;
  std::unique_ptr<LimitReader> reader_;  // null: nothing is to be read
  bool counts_ = false;
};

}  // namespace connector_host_plugins::rabbitmq
