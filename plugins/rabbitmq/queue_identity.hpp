#pragma once
// The identity of a queue as one line of text: rabbitmq://cluster/vhost/queue, each part
// percent-encoded. No state.
#include <string>
#include <string_view>

namespace connector_host_plugins::rabbitmq {

// cluster: the name that the broker gives itself, or its address where it gives none.
std::string queue_identity(std::string_view cluster, std::string_view virtual_host,
                           std::string_view queue);

}  // namespace connector_host_plugins::rabbitmq
