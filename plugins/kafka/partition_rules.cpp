#include "plugins/kafka/partition_rules.hpp"

#include <algorithm>
#include <connector/error.hpp>

namespace connector_host_plugins::kafka {
namespace {

constexpr std::string_view partitioner = "partitioner", sticky = "sticky.partitioning.linger.ms";

// The last one counts; empty: not set.
std::string_view value_of(const Properties& properties, std::string_view name) {
  const auto found = std::find_if(properties.rbegin(), properties.rend(),
                                  [&](const auto& each) { return each.first == name; });
  return found == properties.rend() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

// With any other a key has no partition of its own, and so no order.
void check_partitioner(const std::string& name) {
  for (std::string_view each :
       {"murmur2_random", "murmur2", "consistent_random", "consistent", "fnv1a_random", "fnv1a"})
    if (name == each) return;
  throw connector::bad_config("properties.partitioner is '" + name +
                              "': write one that goes by the key, murmur2_random, murmur2, "
                              "consistent_random, consistent, fnv1a_random or fnv1a");
}

// murmur2_random is the partitioner of Java producers: the same key goes to the same partition as
// theirs. Left alone, librdkafka stays with one partition for twice linger.ms, which is long here
// because writes are flushed. 10 ms is its default for a user's partitioner. The partitioners
// without _random give records without a key one partition, and do not stick.
void complete_partitioning(KafkaSettings& settings) {
  const std::string function(value_of(settings.producer, partitioner));
  const bool sticks = !value_of(settings.producer, sticky).empty();
  settings.spreads_keyless = function.empty() && !sticks;
  if (function.empty()) settings.producer.emplace_back(partitioner, "murmur2_random");
  if (settings.spreads_keyless)
    settings.producer.emplace_back(sticky, "0");
  else if (!function.empty() && !function.ends_with("_random"))
    settings.producer.emplace_back(sticky, "0");
  else if (!sticks)
    settings.producer.emplace_back(sticky, "10");
}

}  // namespace connector_host_plugins::kafka
