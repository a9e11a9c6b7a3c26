#include "plugins/rabbitmq/queue_identity.hpp"

#include "plugins/rabbitmq/percent_encoding.hpp"

namespace connector_host_plugins::rabbitmq {

std::string queue_identity(std::string_view cluster, std::string_view virtual_host, std::string_view queue) {
  return "rabbitmq://" + percent_encoded(cluster) + '/' + percent_encoded(virtual_host) + '/' + percent_encoded(queue);
}

}  // namespace connector_host_plugins::rabbitmq
