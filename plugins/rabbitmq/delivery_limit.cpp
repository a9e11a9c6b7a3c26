#include "plugins/rabbitmq/delivery_limit.hpp"

#include <charconv>

#include "plugins/rabbitmq/queue_limit.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

std::optional<std::uint32_t> configured(const SourceSettings& settings) {
  if (settings.delivery_limit) return settings.delivery_limit;
  for (const auto& [name, value] : settings.arguments) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (name == "x-delivery-limit" && error == std::errc() && end == value.data() + value.size())
      return delivery_limit_of(number);
  }
  return {};
}

}  // namespace

DeliveryLimit::DeliveryLimit(connector::Host host, const SourceSettings& settings,
                             const DeliveryCounts& counts)
    : counts_(&counts), configured_(configured(settings)) {
  if (configured_ || !settings.management) return;
  ManagementApi api(host, *settings.management, settings.connection.tls);
  reader_ = std::make_unique<LimitReader>(
      host, std::move(api), queue_path(settings.brokers.front().virtual_host, settings.queue));
}

void DeliveryLimit::start() {
  if (reader_) reader_->start();
}

void DeliveryLimit::stop() {
  if (reader_) reader_->stop();
}

std::optional<std::uint32_t> DeliveryLimit::known() const {
  if (configured_) return configured_;
  return reader_ ? reader_->limit() : std::nullopt;
}

std::uint32_t DeliveryLimit::value() const {
  return known().value_or(counts_->suggest_default_limit() ? DeliveryCounts::default_limit : 0);
}

}  // namespace connector_host_plugins::rabbitmq
