#include "plugins/rabbitmq/queue_type.hpp"

#include <algorithm>

namespace connector_host_plugins::rabbitmq {

QueueType type_named(std::string_view name) {
  if (name == "quorum") return QueueType::quorum;
  if (name == "stream") return QueueType::stream;
  return name == "classic" ? QueueType::classic : QueueType::unknown;
}

QueueType declared_type(const SourceSettings& settings) {
  if (!settings.queue_type.empty()) return type_named(settings.queue_type);
  const auto found = std::ranges::find(settings.arguments, "x-queue-type",
                                       &connector::Config::Map::value_type::first);
  return found == settings.arguments.end() ? QueueType::unknown : type_named(found->second);
}

}  // namespace connector_host_plugins::rabbitmq
