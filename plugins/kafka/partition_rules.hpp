#pragma once
// The properties that decide a record's partition, completed. Functions without state; any thread.
#include <string>

#include "plugins/kafka/kafka_settings.hpp"

namespace connector_host_plugins::kafka {

// Throws BAD_CONFIG for a partitioner that does not go by the key.
void check_partitioner(const std::string& name);
// Sets what the user did not, and whether the sink spreads records without a key itself: not where
// he set one of the two.
void complete_partitioning(KafkaSettings&);

}  // namespace connector_host_plugins::kafka
