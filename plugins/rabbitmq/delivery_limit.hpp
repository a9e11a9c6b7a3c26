#pragma once
// DeliveryLimit: decides how often the queue redelivers a message before it discards it, as far as
// that is known.
//
// The first of these that holds: the option delivery_limit; x-delivery-limit in the option
// arguments; what the management API says; 20, the default of RabbitMQ 4, once DeliveryCounts
// suggests it; not known. The intake thread's alone; owned by the source.
#include <cstdint>
#include <memory>
#include <optional>

#include "connector/host.hpp"
#include "plugins/rabbitmq/delivery_counts.hpp"
#include "plugins/rabbitmq/limit_reader.hpp"
#include "plugins/rabbitmq/source_settings.hpp"

namespace connector_host_plugins::rabbitmq {

class DeliveryLimit {
 public:
  // counts outlives it.
  DeliveryLimit(connector::Host host, const SourceSettings& settings, const DeliveryCounts& counts);

  // Reads from the management API, where that decides, until stop.
  void start();
  void stop();
  // A limit is configured or was read: the queue counts.
  bool is_set() const { return known().value_or(0) > 0; }
  // 0: the queue discards nothing, or not known.
  std::uint32_t value() const;

 private:
  std::optional<std::uint32_t> known() const;

  const DeliveryCounts* counts_;
  const std::optional<std::uint32_t> configured_;
  std::unique_ptr<LimitReader> reader_;  // null: nothing is to be read
};

}  // namespace connector_host_plugins::rabbitmq
