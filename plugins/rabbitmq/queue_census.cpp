#include "plugins/rabbitmq/queue_census.hpp"

#include "plugins/rabbitmq/source_metrics.hpp"

namespace connector_host_plugins::rabbitmq {

void QueueCensus::told(std::uint32_t messages, std::uint32_t consumers) {
  const std::chrono::duration<double> since_epoch =
      std::chrono::system_clock::now().time_since_epoch();
  host_.set(SourceMetrics::queue_depth, messages);
  host_.set(SourceMetrics::queue_consumers, consumers);
  host_.set(SourceMetrics::queue_checked, since_epoch.count());
}

void QueueCensus::refused(std::uint16_t code, std::string_view text) {
  if (code == AMQP_NOT_FOUND) {
    missing_ = true;
    return;
  }
  refused_ = true;
  host_.warn("RabbitMQ does not tell how many messages the queue has (" + std::to_string(code) +
             ' ' + std::string(text) +
             "): it is not asked again, and the metrics queue_depth_messages and queue_consumers "
             "stay as they are");
}

bool answers_declare(const amqp_channel_close_t& close) {
  return (std::uint32_t(close.class_id) << 16 | close.method_id) == AMQP_QUEUE_DECLARE_METHOD;
}

}  // namespace connector_host_plugins::rabbitmq
