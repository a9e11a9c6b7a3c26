#include "plugins/rabbitmq/queue_identity.hpp"

#include "connector/percent_encoding.hpp"

namespace connector_host_plugins::rabbitmq {

std::string queue_identity(std::string_view cluster, std::string_view virtual_host,
                           std::string_view queue) {
  return "rabbitmq://" + connector::percent_encoded(cluster) + '/' +
         connector::percent_encoded(virtual_host) + '/' + connector::percent_encoded(queue);
}

}  // namespace connector_host_plugins::rabbitmq
